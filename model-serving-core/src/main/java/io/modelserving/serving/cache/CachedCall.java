package io.modelserving.serving.cache;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.modelserving.batching.Deadline;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.NamedTensors;

/**
 * A call that may be answered without a run.
 *
 * @param inputs the tensors
 * @param memory the pooled buffers of the inputs, which the caller has retained for as
 * long as its result is not completed
 * @param use what it may take from the cache
 * @param deadline until when its result is of use
 * @param level the level that it would wait at, 1 being served first
 * @param outcome is given what the cache did for it, before the result is completed
 * @param run has the model run within a deadline; may be called by any thread
 * @param again hands the call in once more, as if it had just arrived
 */
public record CachedCall(NamedTensors inputs, PooledBuffers memory, CacheUse use, Deadline deadline, int level,
		Consumer<CacheOutcome> outcome, Function<Deadline, CompletableFuture<NamedTensors>> run,
		Supplier<CompletableFuture<NamedTensors>> again) {
}
