package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
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
 * time, not the model: whatever fails here is logged, and the model goes without.
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
			return none(model);
		}
		try {
			if (directory.toAbsolutePath().normalize().equals(model.toAbsolutePath().normalize().getParent())) {
				throw new IOException("the cache must be another directory than the model's");
			}
			OptimizedModelCache cache = new OptimizedModelCache(directory, Clock.systemUTC());
			Path entry = cache.entry(model, options, version);
			if (OptimizedModelCache.isUnusable(entry)) {
				return none(model);
			}
			return OptimizedModelCache.isIntact(entry) ? new OptimizedModel(model, entry, null)
					: new OptimizedModel(model, entry, cache.draft());
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("The cache of optimized models in {} does not work, so {} is loaded without it: {}", directory,
					model, ex.toString());
			return none(model);
		}
	}

	/**
	 * Go without the cache.
	 */
	static OptimizedModel none(Path model) {
		return new OptimizedModel(model, null, null);
	}

	boolean isStored() {
		return this.entry != null && this.draft == null;
	}

	/**
	 * Return whether the load has to do with a stored graph, or one that is to be stored.
	 */
	boolean usesCache() {
		return this.entry != null;
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
			catch (IOException | RuntimeException ex) {
				logger.warn("The optimized graph of {} is not kept: {}", this.model, ex.toString());
				OptimizedModelCache.deleteQuietly(this.draft);
			}
		}
	}

	/**
	 * Do without the cache after a failure, which may be that of the cache. A stored
	 * graph that is intact and cannot be loaded is removed, and none is stored again: it
	 * happens to models with external data, which their graphs look for beside
	 * themselves. A draft is removed; the disk may be full.
	 * @param reason the failure
	 * @return what to load instead
	 */
	OptimizedModel discard(OrtException reason) {
		logger.warn("{} is loaded without the cache of optimized models: {}", this.model, LoadFailures.message(reason));
		if (this.draft != null) {
			OptimizedModelCache.deleteQuietly(this.draft);
		}
		else if (this.entry != null) {
			OptimizedModelCache.markUnusable(this.entry);
		}
		return none(this.model);
	}

}
