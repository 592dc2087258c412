package io.modelserving.serving;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ScalingPolicy.Decision;

/**
 * The place of one version of a model, through all its lives.
 * <p>
 * Protocol: attempts to load and to unload run one after the other, chained behind
 * {@code last}, on the loading executor. Readers see {@code serving} and {@code status}
 * without a lock. A new life takes the place of the old by one write of {@code serving};
 * only then is the old one drained. While an old life serves, the status stays
 * {@code READY} whatever becomes of the new one. Changing the number of instances is such
 * a step, too; limits of batches change at once. Both are kept in {@code live}, which is
 * written under the lock of this object, and applied to the next life under the same lock
 * as it begins to serve, so that none is lost in between. The status is written under the
 * lock, too; listeners hear of it outside of it.
 */
final class ModelSlot {

	private static final System.Logger logger = System.getLogger(ModelSlot.class.getName());

	private final ModelPreparation preparation;

	private final ServingListener listener;

	private final Executor loading;

	private final DeadlineTimer timer;

	private final Duration drainTime;

	private volatile ModelDefinition definition;

	private volatile ModelStatus status;

	private volatile @Nullable ServedModel serving;

	private CompletableFuture<?> last;

	/** Read and written by whoever checks, one after the other. */
	private volatile CompletableFuture<ModelStatus> scalingEnded;

	private volatile LiveSettings live = LiveSettings.NONE;

	private volatile int failures;

	private volatile boolean retired;

	private volatile boolean enabled = true;

	ModelSlot(ModelDefinition definition, ModelPreparation preparation, ServingListener listener, Executor loading,
			DeadlineTimer timer, Duration drainTime) {
		this.definition = definition;
		this.preparation = preparation;
		this.listener = listener;
		this.loading = loading;
		this.timer = timer;
		this.drainTime = drainTime;
		this.status = new ModelStatus(definition.key(), ModelState.LOADING, "waiting to be loaded",
				definition.required(), Instant.now());
		this.scalingEnded = CompletableFuture.completedFuture(this.status);
		this.last = this.scalingEnded;
	}

	ModelKey key() {
		return this.definition.key();
	}

	ModelDefinition definition() {
		return this.definition;
	}

	@Nullable ServedModel serving() {
		return this.serving;
	}

	/**
	 * Return whether calls are taken.
	 */
	boolean isAvailable() {
		return this.serving != null && this.enabled;
	}

	boolean isEnabled() {
		return this.enabled;
	}

	/**
	 * Take calls or refuse them. The model stays loaded.
	 * @param wanted whether to take calls
	 */
	void enable(boolean wanted) {
		ModelStatus changed;
		synchronized (this) {
			if (this.enabled == wanted) {
				return;
			}
			this.enabled = wanted;
			changed = set(this.status.state(), this.status.reason());
		}
		this.listener.statusChanged(changed);
	}

	ModelStatus status() {
		return this.status;
	}

	ModelSnapshot snapshot() {
		ServedModel served = this.serving;
		return new ModelSnapshot(this.status, this.definition.source().description(),
				(served != null) ? served.details() : null, (served != null) ? served.snapshot() : BatcherSnapshot.IDLE,
				(served != null) ? served.instanceStatus() : null);
	}

	CompletableFuture<ModelStatus> load(ModelDefinition wanted) {
		return next(() -> attempt(wanted));
	}

	CompletableFuture<ModelStatus> unload() {
		this.retired = true;
		return next(() -> {
			retire(this.drainTime);
			return this.status;
		});
	}

	/**
	 * Run on more or fewer instances, once what was begun before has ended.
	 * @param perDevice the number on each device
	 * @param reason why, in words for the operator
	 */
	CompletableFuture<ModelStatus> scale(int perDevice, String reason) {
		if (perDevice < 1 || perDevice > InstanceSettings.MOST_INSTANCES) {
			return CompletableFuture.failedFuture(new IllegalArgumentException(
					"%d instances per device: at least 1 is needed, and at most %d can be had".formatted(perDevice,
							InstanceSettings.MOST_INSTANCES)));
		}
		return next(() -> rescale(perDevice, reason)).thenCompose(ended -> ended).thenApply(ended -> this.status);
	}

	private CompletableFuture<Void> rescale(int perDevice, String reason) {
		ServedModel served = requireServing();
		int before = served.instanceStatus().perDevice();
		CompletableFuture<Void> ended = served.scale(perDevice);
		keep(perDevice);
		if (before != perDevice) {
			this.listener.scaled(new Scaled(key(), before, perDevice, reason));
		}
		return ended;
	}

	private synchronized void keep(int instances) {
		this.live = this.live.with(instances);
	}

	/**
	 * Ask whether there are to be more or fewer instances, and see to it.
	 * @param now the current nanosecond time
	 */
	void checkScaling(long now) {
		ServedModel served = this.serving;
		if (served == null || !this.scalingEnded.isDone()) {
			return;
		}
		Decision decision = served.checkScaling(now);
		if (decision != null) {
			this.scalingEnded = scale(decision.instances(), decision.reason()).whenComplete((done, failure) -> {
				if (failure != null) {
					logger.log(System.Logger.Level.WARNING, "the instances of " + key() + " stay as they are", failure);
				}
			});
		}
	}

	BatchingLimits limits() {
		return requireServing().limits();
	}

	synchronized void limit(BatchingLimits limits) {
		requireServing().limit(limits);
		this.live = this.live.with(limits);
	}

	private ServedModel requireServing() {
		ServedModel served = this.serving;
		if (served == null) {
			ModelStatus now = this.status;
			throw new ModelUnavailable(
					"model %s is %s%s".formatted(key(), now.state(), now.reason().isEmpty() ? "" : ": " + now.reason()),
					Duration.ofSeconds(1));
		}
		return served;
	}

	private synchronized <T> CompletableFuture<T> next(Supplier<T> step) {
		CompletableFuture<T> done = this.last.handleAsync((before, failure) -> step.get(), this.loading);
		this.last = done;
		return done;
	}

	/**
	 * Stop serving: finish what was accepted, then free the memory.
	 * @param grace how long to wait
	 * @return whether all was answered and freed
	 */
	boolean retire(Duration grace) {
		if (this.status.state() == ModelState.UNLOADED) {
			return true;
		}
		change(ModelState.DRAINING, "");
		ServedModel old = stopServing();
		boolean freed = old == null || old.drain(grace);
		change(ModelState.UNLOADED, "");
		return freed;
	}

	private synchronized @Nullable ServedModel stopServing() {
		this.retired = true;
		ServedModel old = this.serving;
		this.serving = null;
		return old;
	}

	private synchronized boolean serve(ModelDefinition wanted, ServedModel fresh) {
		if (!this.retired) {
			this.live = this.live.keptFor(this.definition, wanted);
			BatchingLimits limits = this.live.limitsFor(fresh.details().plan());
			if (limits != null) {
				fresh.limit(limits);
			}
			this.definition = wanted;
			this.serving = fresh;
		}
		return !this.retired;
	}

	private ModelStatus attempt(ModelDefinition wanted) {
		if (this.retired) {
			return this.status;
		}
		ServedModel old = this.serving;
		if (old == null) {
			change(ModelState.LOADING, "");
		}
		ServedModel fresh;
		try {
			fresh = prepare(wanted, old == null);
		}
		catch (ModelLoadException ex) {
			return failed(wanted, reasonOf(ex), ex.isRetryable(), ex);
		}
		catch (RuntimeException | Error ex) {
			return failed(wanted, String.valueOf(ex), true, ex);
		}
		this.failures = 0;
		if (!serve(wanted, fresh)) {
			fresh.drain(Duration.ZERO);
			return this.status;
		}
		this.listener.prepared(key(), fresh.details().loadTime(), fresh.details().warmUpTime());
		change(ModelState.READY, "");
		if (old != null) {
			old.drain(this.drainTime);
		}
		return this.status;
	}

	private ServedModel prepare(ModelDefinition wanted, boolean first) {
		BatchListener batchListener = this.listener.batchListener(key());
		return this.preparation.prepare(this.live.keptFor(this.definition, wanted).over(wanted), () -> {
			if (first) {
				change(ModelState.WARMING, "");
			}
		}, batchListener);
	}

	private String reasonOf(ModelLoadException failure) {
		String message = String.valueOf(failure.getMessage()).strip();
		String sentence = message.endsWith(".") ? message : message + ".";
		return sentence + " " + failure.action().replace(ModelLoadException.MODEL_NAME, key().name());
	}

	private ModelStatus failed(ModelDefinition wanted, String reason, boolean retryable, Throwable failure) {
		int failed = this.failures + 1;
		this.failures = failed;
		String next = "";
		if (retryable && !this.retired) {
			Duration delay = RetryPolicy.delayAfter(failed);
			next = " Next attempt in %d s.".formatted(delay.toSeconds());
			this.timer.schedule(delay.toNanos(), () -> retry(wanted, failed));
		}
		logger.log(System.Logger.Level.DEBUG, "attempt " + this.failures + " to load " + key() + " failed", failure);
		if (this.serving != null) {
			change(ModelState.READY, "the reload failed, the version loaded before goes on serving: " + reason + next);
		}
		else {
			change(ModelState.FAILED, reason + next);
		}
		return this.status;
	}

	private void retry(ModelDefinition wanted, int failed) {
		if (this.failures == failed) {
			load(wanted);
		}
	}

	private void change(ModelState state, String reason) {
		this.listener.statusChanged(set(state, reason));
	}

	private synchronized ModelStatus set(ModelState state, String reason) {
		this.status = new ModelStatus(key(), state, reason, this.definition.required(), Instant.now(), this.enabled);
		return this.status;
	}

}
