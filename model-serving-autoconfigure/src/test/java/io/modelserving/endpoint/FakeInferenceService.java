package io.modelserving.endpoint;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;
import io.modelserving.model.Outcome;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;

/**
 * An {@link InferenceService} that answers as a test says, and remembers its calls.
 */
final class FakeInferenceService implements InferenceService {

	final List<InferenceRequest> requests = new CopyOnWriteArrayList<>();

	final List<CompletableFuture<InferenceResult>> answers = new CopyOnWriteArrayList<>();

	/** Models of calls that were not made. */
	final List<String> notMade = new CopyOnWriteArrayList<>();

	private final Function<InferenceRequest, CompletableFuture<InferenceResult>> behaviour;

	private FakeInferenceService(Function<InferenceRequest, CompletableFuture<InferenceResult>> behaviour) {
		this.behaviour = behaviour;
	}

	static FakeInferenceService computing(Function<NamedTensors, NamedTensors> function) {
		return new FakeInferenceService(request -> CompletableFuture
			.completedFuture(new InferenceResult(new ModelKey(request.model(), 1), function.apply(request.inputs()))));
	}

	static FakeInferenceService failing(Throwable failure) {
		return new FakeInferenceService(request -> CompletableFuture.failedFuture(failure));
	}

	/** Leaves it to the test to complete {@link #answers}. */
	static FakeInferenceService waiting() {
		return new FakeInferenceService(request -> new CompletableFuture<>());
	}

	@Override
	public void notMade(String model, @Nullable Long version, Outcome outcome, long arrival) {
		this.notMade.add(model + ":" + version);
	}

	@Override
	public CompletableFuture<InferenceResult> infer(InferenceRequest request) {
		this.requests.add(request);
		CompletableFuture<InferenceResult> answer = this.behaviour.apply(request);
		this.answers.add(answer);
		return answer;
	}

}
