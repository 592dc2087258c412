package io.modelserving.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.modelserving.model.EnsembleStep;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelSource;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.PaddingRule;
import io.modelserving.serving.stream.StreamingModel;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;

/**
 * Makes models of ensembles and of streaming models, which are loaded once the models
 * that they call are ready. To be notified of the changes of models. Thread-safe; the
 * lock of this object guards nothing but the wait.
 */
public final class Ensembles implements ServingListener {

	/** The platform of ensembles, as clients know it. */
	public static final String PLATFORM = "ensemble";

	private static final int QUEUE_CAPACITY = 1024;

	private final Supplier<InferenceService> service;

	private final Supplier<ModelRegistry> models;

	/**
	 * Create it.
	 * @param service gives what runs the models of steps; asked when an ensemble is
	 * loaded
	 * @param models gives the models; likewise
	 */
	public Ensembles(Supplier<InferenceService> service, Supplier<ModelRegistry> models) {
		this.service = service;
		this.models = models;
	}

	/**
	 * Define an ensemble as a model.
	 * @param name its name
	 * @param steps its steps, each after those whose outputs it takes. An input that is
	 * not in the map of a step is the tensor of the same name; a step without a map whose
	 * model has one input takes the only output of the step before it. What no step gives
	 * is an input of the ensemble
	 * @param outputs the names of its outputs, empty for those of the last step
	 * @param required whether the application counts as ready only with it
	 * @param inFlight the most runs at once, each of which has a thread
	 * @param batching its queue and limit of time; the calls of an ensemble share no
	 * batches, those of its steps do
	 * @return the definition
	 */
	public ModelDefinition define(String name, List<EnsembleStep> steps, List<String> outputs, boolean required,
			int inFlight, BatchingSettings batching) {
		ModelLoader loader = (file, resources) -> {
			EnsemblePlan plan = EnsemblePlan.of(steps, outputs, this::signature);
			return new EnsembleModel(plan, new ModelMetadata(PLATFORM, "", "", Map.of(), plan.steps()),
					this.service.get());
		};
		return define(name, "ensemble:", loader, required, inFlight, batching);
	}

	/**
	 * Define a streaming model as a decoupled model.
	 * @param code the model
	 * @return the definition
	 */
	public ModelDefinition define(StreamingModel code) {
		ModelLoader loader = (file, resources) -> {
			signature(new EnsembleStep(code.model(), null, Map.of(), Map.of()));
			return new DecoupledModel(code, code.signature(),
					new ModelMetadata("java", "", "", Map.of(), List.of(), true), this.service.get(), System::nanoTime);
		};
		return define(code.name(), "streaming-model:", loader, true, code.concurrency(), new BatchingSettings(1,
				Duration.ZERO, QUEUE_CAPACITY, code.timeout(), Verification.UNBATCH, PaddingRule.NONE));
	}

	private static ModelDefinition define(String name, String kind, ModelLoader loader, boolean required, int inFlight,
			BatchingSettings batching) {
		return new ModelDefinition(new ModelKey(name, 1), new NoSource(kind + name), loader, required,
				new InstanceSettings(OptimizeFor.THROUGHPUT, inFlight, 1, List.of(0)), batching,
				new WarmUpSettings(false, WarmUpSettings.Samples.GENERATED, Duration.ofMinutes(1)));
	}

	@Override
	public synchronized void statusChanged(ModelStatus status) {
		notifyAll();
	}

	/** Wait until the model of a step is ready. */
	private synchronized ModelSignature signature(EnsembleStep step) {
		try {
			while (true) {
				ModelSnapshot model = find(step).orElseThrow(() -> new ModelLoadException(
						"there is no model \"%s\"".formatted(step.model()),
						"Configure it, or correct what calls it, a step below model-serving.ensembles or a StreamingModel.",
						true, null));
				ModelState state = model.status().state();
				if (state == ModelState.READY && model.details() != null) {
					return model.details().signature();
				}
				if (state != ModelState.LOADING && state != ModelState.WARMING) {
					throw new ModelLoadException("the model \"%s\" is %s".formatted(step.model(), state),
							"Load it; this one is tried again.", true, null);
				}
				wait();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ModelLoadException("the server ends", "Load it again.", false, ex);
		}
	}

	private Optional<ModelSnapshot> find(EnsembleStep step) {
		return (step.version() != null) ? this.models.get().find(new ModelKey(step.model(), step.version()))
				: this.models.get().find(step.model());
	}

	/**
	 * There is no file.
	 *
	 * @param name what it is
	 */
	private record NoSource(String name) implements ModelSource {

		@Override
		public LocalFile open() {
			return new NoFile(Path.of(this.name));
		}

		@Override
		public String description() {
			return this.name;
		}

	}

	/**
	 * A path without a file.
	 *
	 * @param path the path
	 */
	private record NoFile(Path path) implements ModelSource.LocalFile {

		@Override
		public void close() {
		}

	}

}
