package io.modelserving.tuning;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.ServingListener;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ServedModel;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.Quoted;

/**
 * Tunes the models of the slots, one at a time. It is notified when a model is unloaded
 * or reloaded, which ends its tuning. The lock of this object guards which job runs; jobs
 * themselves run without it.
 */
public final class DefaultModelTuner implements ModelTuner, ServingListener {

	private final Function<ModelKey, ModelSlot> slots;

	private final int cores;

	private final Lock measuring;

	private final DeadlineTimer timer;

	private final Executor executor;

	private final Consumer<TuningStatus> listener;

	private final LongSupplier nanoTime;

	private final Map<String, TuningJob> latest = new ConcurrentHashMap<>();

	private @Nullable TuningJob running;

	private boolean closed;

	/**
	 * Create a tuner.
	 * @param slots gives the slot of a version; throws if it is not known
	 * @param cores the cores that the process may use
	 * @param measuring held while something is measured
	 * @param timer terminates runs that take too long
	 * @param executor runs a job
	 * @param listener is given the status of each at its end
	 */
	public DefaultModelTuner(Function<ModelKey, ModelSlot> slots, int cores, Lock measuring, DeadlineTimer timer,
			Executor executor, Consumer<TuningStatus> listener, LongSupplier nanoTime) {
		this.slots = slots;
		this.cores = cores;
		this.measuring = measuring;
		this.timer = timer;
		this.executor = executor;
		this.listener = listener;
		this.nanoTime = nanoTime;
	}

	@Override
	public TuningStatus start(ModelKey key, TuningRequest request) {
		TuningJob job = begin(key, request);
		this.executor.execute(job);
		return job.status();
	}

	private synchronized TuningJob begin(ModelKey key, TuningRequest request) {
		ModelSlot slot = this.slots.apply(key);
		ServedModel served = slot.serving();
		if (this.closed || served == null || slot.status().state() != ModelState.READY) {
			throw new ModelUnavailable(this.closed ? "the application is shutting down"
					: "model %s is %s; only a model that is READY can be tuned".formatted(key,
							slot.status().describe()),
					Duration.ofSeconds(1));
		}
		if (this.running != null && !this.running.hasEnded()) {
			TuningStatus other = this.running.status();
			throw new TuningRejectedException(
					"model %s is being tuned (step %d of %d), and one model is tuned at a time; wait for its end, or cancel it"
						.formatted(other.key(), other.step(), other.steps()));
		}
		CompletableFuture<String> cancellation = new CompletableFuture<>();
		TuningBench bench = new SessionBench(slot.definition(), served, request, this.cores, this.measuring,
				this.nanoTime, cancellation, this.timer);
		TuningJob job = new TuningJob(key, request, bench, cancellation, this.listener, this.nanoTime);
		this.running = job;
		this.latest.put(key.name(), job);
		return job;
	}

	@Override
	public Optional<TuningStatus> status(String model) {
		return Optional.ofNullable(this.latest.get(model)).map(TuningJob::status);
	}

	@Override
	public CompletableFuture<TuningStatus> cancel(String model) {
		TuningJob job = this.latest.get(model);
		return (job != null) ? job.cancel("cancelled by an operator") : CompletableFuture.failedFuture(
				new ModelNotFound("model %s has not been tuned since the start".formatted(Quoted.name(model))));
	}

	@Override
	public void statusChanged(ModelStatus status) {
		if (status.state() != ModelState.READY) {
			cancel(status.key(), "the model is " + status.describe());
		}
	}

	@Override
	public void prepared(ModelKey model, Duration load, Duration warmUp) {
		cancel(model, "the model was reloaded");
	}

	private void cancel(ModelKey key, String reason) {
		TuningJob job = job();
		if (job != null && job.isFor(key)) {
			job.cancel(reason);
		}
	}

	private synchronized @Nullable TuningJob job() {
		return this.running;
	}

	/**
	 * Start no tuning from now on, and end the tuning under way.
	 */
	public void stop() {
		TuningJob job;
		synchronized (this) {
			this.closed = true;
			job = this.running;
		}
		if (job != null) {
			job.cancel("the application is shutting down");
		}
	}

	/**
	 * Stop, and wait until the memory of the tuning under way is freed.
	 * @param grace how long to wait
	 * @return whether it is freed
	 */
	public boolean close(Duration grace) {
		stop();
		TuningJob job = job();
		return job == null || job.await(grace);
	}

}
