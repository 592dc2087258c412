package io.modelserving.serving.lifecycle;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.model.InferenceException.ModelUnavailable;

/**
 * The generations of one version of a model: each successful load makes one, which
 * replaces the one before.
 * <p>
 * Protocol: {@code serving} and {@code definition} are read without a lock; the lock of
 * this object guards everything that is written, and is not held while something is
 * loaded or drained. A new generation takes its place by one write of {@code serving};
 * the one before is {@code draining} until it is freed. Several threads may drain a
 * generation. {@code live} holds the settings that were changed while a generation
 * served. They are applied to the next one under the same lock as that begins to serve,
 * so that no change is lost.
 */
final class Generations {

	private static final String NOT_FREED = "a run does not end although it was terminated; not all of its memory is free before it does";

	private final SlotStatus status;

	private volatile ModelDefinition definition;

	private volatile @Nullable ServedModel serving;

	private final Set<ServedModel> draining = new LinkedHashSet<>();

	private LiveSettings live = LiveSettings.NONE;

	private boolean ended;

	Generations(ModelDefinition definition, SlotStatus status) {
		this.definition = definition;
		this.status = status;
	}

	/**
	 * Return the definition of what serves, or of the first load before anything does.
	 */
	ModelDefinition definition() {
		return this.definition;
	}

	@Nullable ServedModel serving() {
		return this.serving;
	}

	/**
	 * Return what serves.
	 * @throws ModelUnavailable if nothing does
	 */
	ServedModel require() {
		ServedModel served = this.serving;
		if (served == null) {
			throw new ModelUnavailable(
					"model %s is %s".formatted(this.definition.key(), this.status.current().describe()),
					Duration.ofSeconds(1));
		}
		return served;
	}

	CompletableFuture<Void> scale(int perDevice) {
		CompletableFuture<Void> ended = require().scale(perDevice);
		synchronized (this) {
			this.live = this.live.with(perDevice);
		}
		return ended;
	}

	synchronized void limit(BatchingLimits limits) {
		require().limit(limits);
		this.live = this.live.with(limits);
	}

	/**
	 * Return a definition with the number of instances that was set while the model
	 * served, as far as that stays.
	 */
	synchronized ModelDefinition withLiveSettings(ModelDefinition wanted) {
		return this.live.keptFor(this.definition, wanted).over(wanted);
	}

	/**
	 * Replace the generation before by this one, which is not served after the end.
	 * @return the generation that does not serve, for the caller to drain, or
	 * {@code null}
	 */
	synchronized @Nullable ServedModel serve(ModelDefinition wanted, ServedModel fresh) {
		ServedModel old = this.ended ? fresh : this.serving;
		if (!this.ended) {
			this.live = this.live.keptFor(this.definition, wanted);
			BatchingLimits limits = this.live.limitsFor(fresh.details().plan());
			if (limits != null) {
				fresh.limit(limits);
			}
			if (old != null) {
				fresh.succeed(old);
			}
			this.definition = wanted;
			this.serving = fresh;
		}
		if (old != null) {
			this.draining.add(old);
		}
		return old;
	}

	/**
	 * Serve nothing any more.
	 * @return whether there is something to drain
	 */
	synchronized boolean stop() {
		this.ended = true;
		if (this.serving != null) {
			this.draining.add(this.serving);
			this.serving = null;
		}
		return !this.draining.isEmpty();
	}

	/**
	 * Let the runs of all generations that serve no more end, and free their memory.
	 * @param remaining gives the time that is left for it
	 * @return whether all was completed and freed
	 */
	boolean drain(Supplier<Duration> remaining) {
		boolean done = true;
		for (ServedModel each : old()) {
			done &= drain(each, remaining.get());
		}
		return done;
	}

	/**
	 * Let the runs of a generation end, and free its memory.
	 * @return whether all was completed and freed
	 */
	boolean drain(ServedModel old, Duration grace) {
		boolean done = old.drain(grace);
		if (done) {
			synchronized (this) {
				this.draining.remove(old);
			}
		}
		else if (!old.freed().isDone()) {
			old.freed().thenRun(() -> this.status.freed(this::memory));
		}
		return done;
	}

	private synchronized List<ServedModel> old() {
		return List.copyOf(this.draining);
	}

	/**
	 * Return whether nothing serves, all calls are completed and all memory is free.
	 */
	synchronized boolean isGone() {
		return this.serving == null && this.draining.isEmpty();
	}

	/**
	 * Return why not all memory is free of what serves no more, empty if it is. Calls
	 * that are not completed yet do not count.
	 */
	String memory() {
		return old().stream().allMatch(each -> each.freed().isDone()) ? "" : NOT_FREED;
	}

}
