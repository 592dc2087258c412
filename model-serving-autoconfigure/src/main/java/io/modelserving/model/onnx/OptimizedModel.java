package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.onnx.ExecutionProvider.Cpu;

/**
 * The optimized graph of a model: stored and to be loaded instead of it, or to be stored
 * at this load. There is none where no cache is configured, nor with other providers than
 * the processor, whose graphs depend on what they take. A cache that does not work costs
 * time, not the model.
 *
 * @param model the file of the model
 * @param entry the place of the optimized graph, {@code null} for no caching
 * @param draft where the runtime writes it at this load, {@code null} if it is stored
 */
record OptimizedModel(Path model, @Nullable Path entry, @Nullable Path draft) {

	private static final Logger logger = LoggerFactory.getLogger(OptimizedModel.class);

	static OptimizedModel find(Path model, OnnxOptions options, String version) {
		Path directory = options.optimizedModelCache();
		if (directory == null || !options.executionProviders().equals(List.of(new Cpu()))) {
			return new OptimizedModel(model, null, null);
		}
		try {
			if (directory.toAbsolutePath().normalize().equals(model.toAbsolutePath().normalize().getParent())) {
				throw new IOException("the cache must be another directory than the model's");
			}
			OptimizedModelCache cache = new OptimizedModelCache(directory);
			Path entry = cache.entry(model, options, version);
			if (Files.exists(entry)) {
				return new OptimizedModel(model, (Files.size(entry) > 0) ? entry : null, null);
			}
			return new OptimizedModel(model, entry, cache.draft());
		}
		catch (IOException ex) {
			logger.warn("The cache of optimized models in {} does not work", directory, ex);
			return new OptimizedModel(model, null, null);
		}
	}

	boolean isStored() {
		return this.entry != null && this.draft == null;
	}

	Path fileToLoad() {
		return (this.entry != null && this.draft == null) ? this.entry : this.model;
	}

	void apply(SessionOptions session) throws OrtException {
		if (isStored()) {
			session.setOptimizationLevel(OptLevel.NO_OPT);
		}
		else if (this.draft != null) {
			session.setOptimizedModelFilePath(this.draft.toString());
		}
	}

	/**
	 * Keep what the runtime wrote at this load.
	 */
	void keep() {
		if (this.draft != null && this.entry != null) {
			try {
				OptimizedModelCache.keep(this.draft, this.entry);
			}
			catch (IOException ex) {
				logger.warn("The optimized graph of {} is not kept", this.model, ex);
			}
		}
	}

	/**
	 * Do without a stored graph that cannot be loaded, now and later: an empty file takes
	 * its place. It happens to models with external data, which their graphs look for
	 * beside themselves.
	 * @param reason why it cannot
	 * @return what to load instead
	 */
	OptimizedModel discard(OrtException reason) {
		logger.warn("The optimized graph of {} cannot be loaded, so the model goes without one: {}", this.model,
				LoadFailures.message(reason));
		try {
			if (this.entry != null) {
				Files.write(this.entry, new byte[0]);
			}
		}
		catch (IOException ex) {
			logger.warn("{} cannot be written", this.entry, ex);
		}
		return new OptimizedModel(this.model, null, null);
	}

}
