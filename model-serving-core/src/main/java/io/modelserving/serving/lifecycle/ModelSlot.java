package io.modelserving.serving.lifecycle;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.Scaled;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;

/**
 * One version of a model, from its first load until it is unloaded.
 * <p>
 * Protocol: loads, changes of the number of instances, and unloading are steps, which run
 * one after the other on the loading executor. The lock of this object guards the chain
 * of steps and the numbers of loads; no step runs under it. Thread-safe.
 */
public final class ModelSlot {

	private static final System.Logger logger = System.getLogger(ModelSlot.class.getName());

	private final ModelPreparation preparation;

	private final SlotStatus status;

	private final Generations generations;

	private final Executor loading;

	private final DeadlineTimer timer;

	private final Duration drainTime;

	private final LongSupplier nanoTime;

	private final ScalingCheck scalingCheck = new ScalingCheck(this);

	/**
	 * The last step; guarded by the lock of this object, as the next is chained to it.
	 */
	private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

	/** The number of the last load; guarded by the lock of this object. */
	private long loads;

	private Runnable cancelRetry = () -> {
	};

	/** Set before the last step is chained, so that loads which wait do nothing. */
	private volatile boolean retired;

	public ModelSlot(ModelDefinition definition, ModelPreparation preparation, SlotEvents events, Executor loading,
			DeadlineTimer timer, Duration drainTime, LongSupplier nanoTime) {
		this.preparation = preparation;
		this.status = new SlotStatus(definition, events);
		this.generations = new Generations(definition, this.status);
		this.loading = loading;
		this.timer = timer;
		this.drainTime = drainTime;
		this.nanoTime = nanoTime;
	}

	public ModelKey key() {
		return definition().key();
	}

	public ModelDefinition definition() {
		return this.generations.definition();
	}

	public @Nullable ServedModel serving() {
		return this.generations.serving();
	}

	/** Return whether calls are taken. */
	public boolean isAvailable() {
		return serving() != null && isEnabled();
	}

	public boolean isEnabled() {
		return status().enabled();
	}

	/** Accept calls or reject them. The model stays loaded. */
	public void enable(boolean wanted) {
		this.status.enable(wanted);
	}

	public ModelStatus status() {
		return this.status.current();
	}

	public ModelSnapshot snapshot() {
		ServedModel served = serving();
		return new ModelSnapshot(status(), definition().source().description(),
				(served != null) ? served.details() : null, (served != null) ? served.snapshot() : BatcherSnapshot.IDLE,
				(served != null) ? served.instanceStatus() : null, (served != null) ? served.sequenceStatus() : null,
				(served != null) ? served.cacheSnapshot() : null);
	}

	/**
	 * Load the model, and replace the generation that serves, if any. Retries of earlier
	 * loads are cancelled.
	 */
	public synchronized CompletableFuture<ModelStatus> load(ModelDefinition wanted) {
		// number, cancellation and chaining under one lock: otherwise a retry of the load
		// before could be chained behind this load, and replace it by an older definition
		this.loads++;
		this.cancelRetry.run();
		this.status.begin();
		Load load = new Load(wanted, this.loads, 1);
		return next(() -> attempt(load));
	}

	public CompletableFuture<ModelStatus> unload() {
		this.retired = true;
		return next(() -> {
			long end = this.nanoTime.getAsLong() + this.drainTime.toNanos();
			retire(() -> Duration.ofNanos(Math.max(0, end - this.nanoTime.getAsLong())));
			return status();
		});
	}

	/**
	 * Drop the events of this slot from now on, since another slot replaces it.
	 * @return the events, which deliver those that have occurred, and then those of the
	 * other slot
	 */
	public SlotEvents supersede() {
		return this.status.supersede();
	}

	/**
	 * Change the number of instances, once the steps before have ended.
	 * @param perDevice the number on each device
	 * @param reason why, in words for the operator
	 */
	public CompletableFuture<ModelStatus> scale(int perDevice, String reason) {
		if (perDevice < 1 || perDevice > InstanceSettings.MOST_INSTANCES) {
			return CompletableFuture.failedFuture(new IllegalArgumentException(
					"%d instances per device: at least 1 is needed, and at most %d are possible".formatted(perDevice,
							InstanceSettings.MOST_INSTANCES)));
		}
		return next(() -> rescale(perDevice, reason)).thenCompose(ended -> ended).thenApply(ended -> status());
	}

	private CompletableFuture<Void> rescale(int perDevice, String reason) {
		int before = this.generations.require().instanceStatus().perDevice();
		CompletableFuture<Void> ended = this.generations.scale(perDevice);
		if (before != perDevice) {
			Scaled scaled = new Scaled(key(), before, perDevice, reason);
			this.status.publish(listener -> listener.scaled(scaled));
		}
		return ended;
	}

	/** Change the number of instances if the load asks for it, and end idle sequences. */
	public void check(long now) {
		ServedModel served = serving();
		if (served != null) {
			served.expireSequences();
		}
		this.scalingCheck.run(now);
	}

	public BatchingLimits limits() {
		return this.generations.require().limits();
	}

	public void limit(BatchingLimits limits) {
		this.generations.limit(limits);
	}

	public void clearCache() {
		this.generations.require().clearCache();
	}

	/** Under the lock: two steps that were chained to the same one would run at once. */
	private synchronized <T> CompletableFuture<T> next(Supplier<T> step) {
		CompletableFuture<T> done = this.last.handleAsync((before, failure) -> step.get(), this.loading);
		this.last = done;
		return done;
	}

	/**
	 * Stop serving: finish what was accepted, then free the memory, also that of earlier
	 * generations which still have runs. May be called again for what has not ended.
	 * @param remaining gives the time that is left for it
	 * @return whether all was completed and freed
	 */
	public boolean retire(Supplier<Duration> remaining) {
		synchronized (this) {
			// under the lock: a failing load sees this, or its retry is cancelled here
			this.retired = true;
			this.cancelRetry.run();
		}
		if (this.generations.stop()) {
			this.status.end(ModelState.DRAINING, () -> "");
		}
		boolean done = this.generations.drain(remaining);
		this.status.end(ModelState.UNLOADED, this.generations::memory);
		return done;
	}

	/** Return whether all is completed and freed and all events are delivered. */
	public boolean isGone() {
		return status().state() == ModelState.UNLOADED && this.generations.isGone() && this.status.events().isIdle();
	}

	/** A load counts until the slot is retired, its retries only until the next load. */
	private synchronized boolean isWanted(Load load) {
		return !this.retired && (load.attempt() == 1 || load.number() == this.loads);
	}

	private ModelStatus attempt(Load load) {
		if (!isWanted(load)) {
			return status();
		}
		boolean first = serving() == null;
		if (first) {
			change(ModelState.LOADING);
		}
		ServedModel fresh;
		try {
			fresh = prepare(load.wanted(), first);
		}
		catch (RuntimeException | Error ex) {
			return failed(load, ex);
		}
		takeOver(load, fresh);
		return status();
	}

	private void takeOver(Load load, ServedModel fresh) {
		// again, as preparing takes long: a later load or the end may have been asked for
		if (!isWanted(load)) {
			fresh.drain(Duration.ZERO);
			return;
		}
		ServedModel old = this.generations.serve(load.wanted(), fresh);
		if (old == fresh) {
			// the end was asked for after the check: it does not know of this generation
			this.generations.drain(fresh, Duration.ZERO);
			return;
		}
		this.status
			.publish(listener -> listener.prepared(key(), fresh.details().loadTime(), fresh.details().warmUpTime()));
		change(ModelState.READY);
		if (old != null) {
			// after the swap: a call that the draining model rejects finds the new one
			this.generations.drain(old, this.drainTime);
		}
	}

	private ServedModel prepare(ModelDefinition wanted, boolean first) {
		ServingListener listener = this.status.events().listener();
		return this.preparation.prepare(this.generations.withLiveSettings(wanted), () -> {
			if (first) {
				change(ModelState.WARMING);
			}
		}, listener.batchListener(key()), listener.sequenceListener(key()), listener.cacheListener(key()));
	}

	private ModelStatus failed(Load load, Throwable failure) {
		logger.log(System.Logger.Level.DEBUG, "attempt " + load.attempt() + " to load " + key() + " failed", failure);
		if (!isWanted(load)) {
			return status();
		}
		Duration delay = null;
		synchronized (this) {
			if (RetryPolicy.mayHelp(failure) && load.number() == this.loads && !this.retired) {
				delay = RetryPolicy.delayAfter(load.attempt());
				this.cancelRetry = this.timer.schedule(delay.toNanos(), () -> retry(load.again()));
			}
		}
		String reason = (failure instanceof ModelLoadException known) ? known.describe(key().name())
				: String.valueOf(failure);
		// a version that serves stays READY, also when later loads fail
		boolean serves = serving() != null;
		this.status.change(serves ? ModelState.READY : ModelState.FAILED,
				(serves ? "the reload failed, the version loaded before goes on serving: " : "") + reason,
				definition().required(), delay, failure instanceof InvalidModelException);
		return status();
	}

	private synchronized void retry(Load load) {
		// check and chaining under one lock: a later load must not get in between
		if (isWanted(load)) {
			next(() -> attempt(load));
		}
	}

	private void change(ModelState state) {
		this.status.change(state, "", definition().required(), null, false);
	}

	/**
	 * An attempt to load.
	 *
	 * @param wanted what to load
	 * @param number the number of the load
	 * @param attempt the number of the attempt, more than 1 if it is a retry
	 */
	private record Load(ModelDefinition wanted, long number, int attempt) {

		Load again() {
			return new Load(this.wanted, this.number, this.attempt + 1);
		}

	}

}
