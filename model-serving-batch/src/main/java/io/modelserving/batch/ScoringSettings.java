package io.modelserving.batch;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a job scores, with what, and where the results go.
 *
 * @param endpoint path of the endpoint whose handler scores the rows, or the name of its
 * bean
 * @param model name of the model that scores the rows, if no endpoint does
 * @param pipeline name of the bean of the pipeline that scores the rows, if neither an
 * endpoint nor a model does
 * @param input file of rows, or folder of pictures. If it is set, the application scores
 * it instead of serving, and ends with 0 or 1
 * @param inputFormat format of the input, by default what the name says
 * @param output file for the results
 * @param outputFormat format of the results, by default what the name says
 * @param withInput whether each result is written with its row of the input
 * @param ordered whether the results are in the order of the input, and not as they
 * finish within a chunk
 * @param overwrite whether an existing output of another run is replaced
 * @param rejected file for the rows that cannot be scored, with line and reason, by
 * default beside the output
 * @param skipLimit most rows that may be rejected before the job fails
 * @param csvDelimiter character between the columns of CSV
 * @param chunkSize rows that are scored and written in one transaction, by default what
 * the model's batches suggest
 * @param partition part of the input that this process scores
 * @param run name of the run: a run that has ended is not repeated, another name begins a
 * new one
 * @param runAtStartup whether the input is scored when the application starts
 * @param progressInterval time between two lines of progress in the log
 */
@ConfigurationProperties("model-serving.batch")
public record ScoringSettings(@Nullable String endpoint, @Nullable String model, @Nullable String pipeline,
		@Nullable Path input, @Nullable RowFormat inputFormat, @Nullable Path output, @Nullable RowFormat outputFormat,
		@DefaultValue("false") boolean withInput, @DefaultValue("true") boolean ordered,
		@DefaultValue("false") boolean overwrite, @Nullable Path rejected, @DefaultValue("100") long skipLimit,
		@DefaultValue(",") char csvDelimiter, @Nullable Integer chunkSize, @DefaultValue Partition partition,
		@DefaultValue("") String run, @DefaultValue("true") boolean runAtStartup,
		@DefaultValue("5s") Duration progressInterval) {

	/**
	 * Return settings of a job that scores with an endpoint, with the defaults for all
	 * else.
	 * @param endpoint path of the endpoint, or the name of its bean
	 * @param input the input
	 * @param output the output
	 * @return the settings
	 */
	public static ScoringSettings of(String endpoint, Path input, Path output) {
		return of(endpoint, null, input, output);
	}

	/**
	 * Return settings of a job that scores with a model, with the defaults for all else.
	 * @param model name of the model
	 * @param input the input
	 * @param output the output
	 * @return the settings
	 */
	public static ScoringSettings ofModel(String model, Path input, Path output) {
		return of(null, model, input, output);
	}

	private static ScoringSettings of(@Nullable String endpoint, @Nullable String model, Path input, Path output) {
		return new ScoringSettings(endpoint, model, null, input, null, output, null, false, true, false, null, 100, ',',
				null, Partition.ALL, "", true, Duration.ofSeconds(5));
	}

	/**
	 * Return these settings with other files.
	 * @param newInput the input
	 * @param newOutput the output
	 * @return the settings
	 */
	public ScoringSettings withFiles(Path newInput, Path newOutput) {
		return new ScoringSettings(this.endpoint, this.model, this.pipeline, newInput, this.inputFormat, newOutput,
				this.outputFormat, this.withInput, this.ordered, this.overwrite, this.rejected, this.skipLimit,
				this.csvDelimiter, this.chunkSize, this.partition, this.run, this.runAtStartup, this.progressInterval);
	}

	/**
	 * Return these settings with another name of the run.
	 * @param newRun the name
	 * @return the settings
	 */
	public ScoringSettings withRun(String newRun) {
		return new ScoringSettings(this.endpoint, this.model, this.pipeline, this.input, this.inputFormat, this.output,
				this.outputFormat, this.withInput, this.ordered, this.overwrite, this.rejected, this.skipLimit,
				this.csvDelimiter, this.chunkSize, this.partition, newRun, this.runAtStartup, this.progressInterval);
	}

	/**
	 * A part of the input, so that several processes can share it.
	 *
	 * @param index which part, from 0 on, by default the value of JOB_COMPLETION_INDEX,
	 * which Kubernetes sets in an indexed Job
	 * @param count number of parts
	 */
	public record Partition(@Nullable Integer index, @DefaultValue("1") int count) {

		static final Partition ALL = new Partition(0, 1);

	}

}
