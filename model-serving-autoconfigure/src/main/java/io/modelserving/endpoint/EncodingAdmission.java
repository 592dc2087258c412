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

import io.modelserving.batching.Calibration;
import io.modelserving.batching.Deadline;
import io.modelserving.batching.admission.Admission.Decision;
import io.modelserving.batching.admission.LatencyBudget;
import io.modelserving.batching.admission.Prediction;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.Turn;
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

	private final Turns stage;

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
	EncodingAdmission(Turns stage, IntFunction<Optional<LatencyEstimate>> estimates, LongSupplier nanoTime) {
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
	 * before its turn, or what the work fails with
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
			return work.get();
		}, deadline);
		response.whenComplete((value, failure) -> {
			leave(left);
			learn(forecast, failure);
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
		Decision decision = new LatencyBudget(deadline.remainingNanos(forecast.now()), forecast.targetNanos(),
				forecast.now() - deadline.arrival(), forecast.factor())
			.admit(forecast.whole());
		if (decision == Decision.ADMITTED) {
			return null;
		}
		return new Overloaded((decision == Decision.LATE)
				? "too much is to be encoded; the response could not be ready within %s".formatted(deadline)
				: "too much is to be encoded and run; the response could not be ready in time (batching.latency-objective)",
				Duration.ofNanos(forecast.whole().waitNanos()));
	}

	private Forecast forecast() {
		Prediction encoded = this.stage.predict();
		long now = this.nanoTime.getAsLong();
		return this.estimates.apply(this.waiting.get())
			.map((model) -> new Forecast(encoded.before(model.waitNanos(), model.runNanos()), model.targetNanos(),
					calibration(model.percentile()), now))
			.orElseGet(() -> new Forecast(encoded, Long.MAX_VALUE, null, now));
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

	private void learn(Forecast forecast, @Nullable Throwable failure) {
		boolean late = failure instanceof Overloaded || failure instanceof DeadlineExceeded;
		if (forecast.calibration() != null && (failure == null || late)) {
			long nanos = late ? Long.MAX_VALUE : this.nanoTime.getAsLong() - forecast.now();
			forecast.calibration().observe(forecast.whole().totalNanos(), nanos, forecast.targetNanos(), 1);
		}
	}

	/**
	 * The stage in which requests wait for their turns.
	 */
	interface Turns {

		<O> CompletableFuture<O> submit(Supplier<CompletableFuture<O>> work, Deadline deadline);

		Prediction predict();

		static Turns of(Stage<Turn, Turn> turns) {
			return new Turns() {

				@Override
				public <O> CompletableFuture<O> submit(Supplier<CompletableFuture<O>> work, Deadline deadline) {
					return Turn.submit(turns, work, deadline);
				}

				@Override
				public Prediction predict() {
					return Turn.predict(turns);
				}

			};
		}

	}

	/**
	 * What a request has to expect.
	 *
	 * @param whole until it is completed
	 * @param targetNanos what it may take for the objective to be met, in nanoseconds;
	 * {@link Long#MAX_VALUE} if there is no objective
	 */
	private record Forecast(Prediction whole, long targetNanos, @Nullable Calibration calibration, long now) {

		double factor() {
			return (this.calibration != null) ? this.calibration.factor() : 1;
		}

	}

	private record Learned(double percentile, Calibration calibration) {
	}

}
