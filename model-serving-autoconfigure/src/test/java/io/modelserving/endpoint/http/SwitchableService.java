package io.modelserving.endpoint.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.model.Outcome;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;

/**
 * An {@link InferenceService} that answers as a test says.
 */
final class SwitchableService implements InferenceService {

	private volatile Function<InferenceRequest, CompletableFuture<InferenceResult>> behaviour = SwitchableService::echo;

	final List<InferenceRequest> requests = new CopyOnWriteArrayList<>();

	/** How calls ended that were not made. */
	final List<Outcome> notMade = new CopyOnWriteArrayList<>();

	private final BlockingQueue<Call> waiting = new LinkedBlockingQueue<>();

	private final List<Call> held = new CopyOnWriteArrayList<>();

	static CompletableFuture<InferenceResult> echo(InferenceRequest request) {
		return CompletableFuture.completedFuture(result(request));
	}

	static InferenceResult result(InferenceRequest request) {
		return new InferenceResult(new ModelKey(request.model(), 1), NamedTensors.of("y", request.inputs().get("x")));
	}

	/** What calls are rejected with before they are read, or {@code null}. */
	volatile @Nullable Overloaded rejection;

	void reset() {
		this.rejection = null;
		this.behaviour = SwitchableService::echo;
		this.requests.clear();
		this.notMade.clear();
		this.waiting.clear();
		this.held.forEach((call) -> call.answer().cancel(false));
		this.held.clear();
	}

	void fail(Throwable failure) {
		this.behaviour = (request) -> CompletableFuture.failedFuture(failure);
	}

	/**
	 * From now on some results are there at once, and others are given by other threads.
	 */
	void mix() {
		AtomicInteger count = new AtomicInteger();
		this.behaviour = (request) -> (count.getAndIncrement() % 4 == 0) ? echo(request)
				: CompletableFuture.supplyAsync(() -> result(request));
	}

	/** From now on calls wait until the test has taken and completed them. */
	void hold() {
		this.behaviour = (request) -> {
			Call call = new Call(request, new CompletableFuture<>());
			this.held.add(call);
			this.waiting.add(call);
			return call.answer();
		};
	}

	Call take() throws InterruptedException {
		Call call = this.waiting.poll(30, TimeUnit.SECONDS);
		if (call == null) {
			throw new AssertionError("no call has come");
		}
		return call;
	}

	@Override
	public Optional<Overloaded> rejection(String model, @Nullable Long version, int priority, long arrival) {
		return Optional.ofNullable(this.rejection);
	}

	@Override
	public void notMade(String model, @Nullable Long version, Outcome outcome, long arrival) {
		this.notMade.add(outcome);
	}

	@Override
	public CompletableFuture<InferenceResult> infer(InferenceRequest request) {
		this.requests.add(request);
		return this.behaviour.apply(request);
	}

	record Call(InferenceRequest request, CompletableFuture<InferenceResult> answer) {

		void complete() {
			this.answer.complete(result(this.request));
		}

	}

}
