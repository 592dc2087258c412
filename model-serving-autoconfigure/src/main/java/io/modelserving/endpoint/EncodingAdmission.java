package io.modelserving.endpoint;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.batching.Calibration;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.LatencyEstimate;

/**
 * Admits the large requests of one endpoint to the encoding stage, as many as can be
 * completed in time: within the objective of the model, and within the timeouts of their
 * callers. The time counts from the arrival of a request at the server.
 * <p>
 * Encoding and running are a pipeline: a request is run once it has been encoded and the
 * model has run what goes before it, the requests of the stage among it. The ends of
 * requests show how good that prediction is; a request that the model rejects after it
 * was encoded counts as late, so that little is encoded for nothing.
 * <p>
 * Protocol: requests that wait for a thread are counted by {@code waiting}; each is taken
 * off by whichever is first, its beginning or its end.
 */
final class EncodingAdmission {

	private final EncodingStage stage;

	private final IntFunction<Optional<LatencyEstimate>> estimates;

	private final LongSupplier nanoTime;

	private final AtomicInteger waiting = new AtomicInteger();

	private volatile @Nullable Learned learned;

	/**
	 * Create an admission.
	 * @param stage encodes
	 * @param estimates gives the estimate of the model for a call behind so many others,
	 * or nothing if it has no objective
	 * @param nanoTime gives the nanosecond time
	 */
	EncodingAdmission(EncodingStage stage, IntFunction<Optional<LatencyEstimate>> estimates, LongSupplier nanoTime) {
		this.stage = stage;
		this.estimates = estimates;
		this.nanoTime = nanoTime;
	}

	/**
	 * Run a request on the stage.
	 * @param <O> the type of the response
	 * @param work starts the request
	 * @param deadline when it arrived, and how long it may take
	 * @return the response, or a failure: {@link Overloaded} if it could not be ready in
	 * time or too many requests wait, {@link DeadlineExceeded} if the timeout was over
	 * when it had its turn, or what the work fails with
	 */
	<O> CompletableFuture<O> submit(Supplier<CompletableFuture<O>> work, Deadline deadline) {
		Forecast forecast = forecast();
		Overloaded rejection = rejection(forecast, deadline);
		if (rejection != null) {
			return CompletableFuture.failedFuture(rejection);
		}
		this.waiting.incrementAndGet();
		AtomicBoolean left = new AtomicBoolean();
		CompletableFuture<O> response = this.stage.submit(() -> {
			leave(left);
			return deadline.hasPassed(this.nanoTime.getAsLong()) ? CompletableFuture.failedFuture(late(deadline))
					: work.get();
		});
		response.whenComplete((value, failure) -> {
			leave(left);
			if (forecast.calibration() != null) {
				learn(forecast.calibration(), forecast.whole(), failure, forecast.now());
			}
		});
		return response;
	}

	/**
	 * Return the rejection of a request that arrives now, so that it need not be read.
	 * @param deadline when it arrived, and how long it may take
	 * @return the rejection, or {@code null} if it may be submitted, which may still
	 * reject it
	 */
	@Nullable Overloaded rejection(Deadline deadline) {
		return rejection(forecast(), deadline);
	}

	private @Nullable Overloaded rejection(Forecast forecast, Deadline deadline) {
		Duration timeout = deadline.timeout();
		double factor = (forecast.calibration() != null) ? forecast.calibration().factor() : 1;
		String rejection = forecast.whole()
			.rejection(factor, (timeout != null) ? timeout.toNanos() : Long.MAX_VALUE,
					forecast.now() - deadline.arrival());
		return (rejection != null) ? new Overloaded(rejection, forecast.whole().retryAfter(this.stage.load())) : null;
	}

	private Forecast forecast() {
		LatencyEstimate estimate = this.estimates.apply(this.waiting.get()).orElse(null);
		return new Forecast(EncodingEstimate.of(this.stage.load(), estimate),
				(estimate != null) ? calibration(estimate.percentile()) : null, this.nanoTime.getAsLong());
	}

	private Calibration calibration(double percentile) {
		Learned last = this.learned;
		if (last == null || last.percentile() != percentile) {
			last = new Learned(percentile, new Calibration(percentile));
			this.learned = last;
		}
		return last.calibration();
	}

	private void leave(AtomicBoolean left) {
		if (left.compareAndSet(false, true)) {
			this.waiting.decrementAndGet();
		}
	}

	private void learn(Calibration calibration, EncodingEstimate whole, @Nullable Throwable failure, long begin) {
		boolean late = failure instanceof Overloaded || failure instanceof DeadlineExceeded;
		if (failure == null || late) {
			long nanos = late ? Long.MAX_VALUE : this.nanoTime.getAsLong() - begin;
			if (nanos > whole.targetNanos() || 4 * calibration.factor() * whole.totalNanos() >= whole.targetNanos()) {
				calibration.observe(whole.totalNanos(), nanos, 1);
			}
		}
	}

	private static DeadlineExceeded late(Deadline deadline) {
		return new DeadlineExceeded("the deadline of %s passed before the request was encoded".formatted(deadline));
	}

	private record Forecast(EncodingEstimate whole, @Nullable Calibration calibration, long now) {
	}

	private record Learned(double percentile, Calibration calibration) {
	}

}
