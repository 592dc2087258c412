package io.modelserving.batch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

import io.modelserving.batch.RowReader.Position;
import io.modelserving.batch.ScoringSettings.Partition;
import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.model.ModelSignature;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.StageLoad;
import io.modelserving.serving.ModelRegistry;

/**
 * Makes plans of settings. Thread-safe.
 *
 * @param scorers makes scorers
 * @param registry knows the models
 * @param beans has the pipelines
 * @param mapper the application's mapper
 */
record ScoringPlans(Scorers scorers, ModelRegistry registry, ConfigurableListableBeanFactory beans, JsonMapper mapper) {

	private static final int FIRST_ROWS = 16;

	private static final long MAX_CHUNK_BYTES = 64 << 20;

	/**
	 * Return the models that must be ready.
	 * @throws InvalidScoringException if there is nothing that scores
	 */
	List<String> models(ScoringSettings settings) {
		long named = Stream.of(settings.endpoint(), settings.model(), settings.pipeline())
			.filter(Objects::nonNull)
			.count();
		if (named != 1) {
			throw new InvalidScoringException(
					(named == 0) ? "It is not said what scores the rows."
							: "Several are named to score the rows: %s.".formatted(named(settings)),
					"Set one of model-serving.batch.endpoint, model-serving.batch.model and model-serving.batch.pipeline.");
		}
		if (settings.chunkSize() != null && settings.chunkSize() < 1) {
			throw new InvalidScoringException("A chunk has %d rows.".formatted(settings.chunkSize()),
					"Set model-serving.batch.chunk-size to 1 or more, or leave it out.");
		}
		if (settings.skipLimit() < 0) {
			throw new InvalidScoringException("The skip limit is %d.".formatted(settings.skipLimit()),
					"Set model-serving.batch.skip-limit to 0 or more.");
		}
		if (settings.endpoint() != null) {
			return this.scorers.find(settings.endpoint()).models();
		}
		if (settings.model() != null) {
			this.scorers.model(settings.model());
			return List.of(settings.model());
		}
		return pipeline(String.valueOf(settings.pipeline())).loads().stream().map(StageLoad::name).toList();
	}

	private static String named(ScoringSettings settings) {
		StringBuilder named = new StringBuilder();
		append(named, "endpoint", settings.endpoint());
		append(named, "model", settings.model());
		append(named, "pipeline", settings.pipeline());
		return named.toString();
	}

	private static void append(StringBuilder named, String kind, @Nullable String name) {
		if (name != null) {
			named.append(named.isEmpty() ? "" : ", ").append(kind).append(" \"").append(name).append('"');
		}
	}

	private Pipeline<?, ?> pipeline(String name) {
		String[] names = this.beans.getBeanNamesForType(Pipeline.class);
		if (!Arrays.asList(names).contains(name)) {
			throw new InvalidScoringException(
					"There is no pipeline \"%s\"; there are %s.".formatted(name, List.of(names)),
					"Name a bean of type Pipeline.");
		}
		return this.beans.getBean(name, Pipeline.class);
	}

	/**
	 * Make a plan. The models are ready.
	 */
	ScoringPlan plan(ScoringSettings settings, ScoringFiles files) throws IOException {
		ScoringTarget target = target(settings);
		if (files.inputFormat() == RowFormat.PICTURES && !target.takesPictures()) {
			throw new InvalidScoringException(
					"%s takes no pictures, and the input is the folder %s.".formatted(target.name(), files.input()),
					"Name an endpoint whose handler implements PictureRequest.");
		}
		if (files.inputFormat() == RowFormat.PARQUET) {
			ParquetRows.requireLibrary();
		}
		char delimiter = delimiter(files.input(), settings);
		List<String> columns = List.of();
		if (files.inputFormat() == RowFormat.CSV) {
			try (TextRows rows = TextRows.csv(files.input(), delimiter, Partition.ALL, Position.BEGINNING)) {
				columns = rows.header();
			}
		}
		if (settings.withInput() && files.outputFormat() == RowFormat.CSV && columns.isEmpty()) {
			throw new InvalidScoringException(
					"The rows of %s have no columns that could stand in the output.".formatted(files.input()),
					"Write the results as JSON Lines, or set model-serving.batch.with-input to false.");
		}
		return new ScoringPlan(settings, files, target, Fingerprint.of(files.input(), files.inputFormat()), delimiter,
				columns, maxChunkSize(files, delimiter), this.mapper);
	}

	/**
	 * The rows of a chunk are in memory at once; the first ones tell how large rows are.
	 */
	private static int maxChunkSize(ScoringFiles files, char delimiter) throws IOException {
		long bytes = 0;
		int rows = 0;
		try (RowReader reader = files.open(delimiter, Position.BEGINNING)) {
			Row row = reader.read();
			while (row != null) {
				bytes += row.content().size();
				rows++;
				row = (rows < FIRST_ROWS) ? reader.read() : null;
			}
		}
		return (int) Math.max(1, Math.min(Integer.MAX_VALUE, MAX_CHUNK_BYTES * Math.max(1, rows) / Math.max(1, bytes)));
	}

	static char delimiter(Path file, ScoringSettings settings) {
		char set = settings.csvDelimiter();
		if (set == '"' || set == '\n' || set == '\r' || set > 127) {
			throw new InvalidScoringException(
					"Columns cannot be separated by the character with code %d.".formatted((int) set),
					"Set model-serving.batch.csv-delimiter to a character such as , or ;");
		}
		return (set == ',' && file.toString().endsWith(".tsv")) ? '\t' : set;
	}

	private ScoringTarget target(ScoringSettings settings) {
		if (settings.endpoint() != null) {
			EndpointInvoker<?, ?> endpoint = this.scorers.find(settings.endpoint());
			return ScoringTarget.of(endpoint, this.scorers, this.mapper);
		}
		if (settings.model() != null) {
			return ScoringTarget.of(settings.model(), signature(settings.model()), this.scorers, this.mapper);
		}
		String name = String.valueOf(settings.pipeline());
		ResolvableType type = this.beans.getMergedBeanDefinition(name).getResolvableType().as(Pipeline.class);
		if (type.getGeneric(0).resolve() == null || type.getGeneric(1).resolve() == null) {
			throw new InvalidScoringException(
					"The types of the items and results of the pipeline \"%s\" cannot be determined.".formatted(name),
					"Declare them where the bean is made, as in: @Bean Pipeline<NumberImage, NumberPrediction> %s()"
						.formatted(name));
		}
		return ScoringTarget.of(name, pipeline(name), type, this.scorers, this.mapper);
	}

	private ModelSignature signature(String model) {
		return this.registry.find(model)
			.map((snapshot) -> Objects.requireNonNull(snapshot.details()).signature())
			.orElseThrow();
	}

}
