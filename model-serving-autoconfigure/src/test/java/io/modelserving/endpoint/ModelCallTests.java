package io.modelserving.endpoint;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.modelserving.batching.Deadline;
import io.modelserving.endpoint.SumEndpoint.Numbers;
import io.modelserving.endpoint.SumEndpoint.Sum;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelKey;
import io.modelserving.pipeline.ItemCalls;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ModelCall}.
 */
class ModelCallTests {

	private static final Numbers REQUEST = new Numbers(new float[] { 1, 2 }, null, null);

	private static Throwable failure(CompletableFuture<?> answer) {
		assertThat(answer).isCompletedExceptionally();
		return answer.handle((response, failure) -> failure).join();
	}

	private static final Deadline DEADLINE = Deadline.after(null, System.nanoTime());

	private static ModelCall<Numbers, Sum> call(ModelHandler<Numbers, Sum> handler, FakeInferenceService service) {
		return new ModelCall<>(handler, service, "adder", 3L, Origin.HANDLER);
	}

	@Test
	void whenModelAnswersThenResponseIsDecoded() {
		FakeInferenceService service = FakeInferenceService.computing(SumEndpoint::add);
		assertThat(call(new SumEndpoint(), service).respond(REQUEST, Deadline.after(Duration.ofSeconds(1), 7), "key"))
			.isCompletedWithValue(new Sum(3));
		InferenceRequest request = service.requests.get(0);
		assertThat(request.version()).isEqualTo(3);
		assertThat(request.deadline().timeout()).isEqualTo(Duration.ofSeconds(1));
		assertThat(request.deadline().arrival()).isEqualTo(7);
		assertThat(request.outputs()).isEmpty();
	}

	@Test
	void whenThereAreMoreItemsThanAreUnderWayAtOnceThenTheTimeOfAllCountsFromArrival() {
		FakeInferenceService service = FakeInferenceService.waiting();
		MultiItemModelHandler<Integer, Integer> handler = new MultiItemModelHandler<>() {

			@Override
			public List<NamedTensors> encode(Integer items) {
				return Collections.nCopies(items, NamedTensors.of(Map.of()));
			}

			@Override
			public Integer decode(Integer items, List<NamedTensors> outputs) {
				return outputs.size();
			}

		};
		Deadline deadline = Deadline.after(Duration.ofSeconds(1), 5);
		CompletableFuture<Integer> answer = new ModelCall<>(handler, service, "adder", 3L, Origin.HANDLER)
			.respond(ItemCalls.MAX_UNDER_WAY + 1, deadline, null);
		assertThat(service.requests).hasSize(ItemCalls.MAX_UNDER_WAY);
		service.answers.get(0).complete(new InferenceResult(new ModelKey("adder", 1), NamedTensors.of(Map.of())));
		assertThat(service.requests).hasSize(ItemCalls.MAX_UNDER_WAY + 1)
			.allMatch((request) -> request.deadline() == deadline);
		assertThat(answer).isNotDone();
	}

	@Test
	void whenModelFailsThenFailureIsNotWrapped() {
		ModelNotFound failure = new ModelNotFound("none");
		assertThat(failure(
				call(new SumEndpoint(), FakeInferenceService.failing(failure)).respond(REQUEST, DEADLINE, null)))
			.isSameAs(failure);
	}

	@Test
	void whenAnswerIsCancelledThenCallIs() {
		FakeInferenceService service = FakeInferenceService.waiting();
		CompletableFuture<Sum> answer = call(new SumEndpoint(), service).respond(REQUEST, DEADLINE, null);
		answer.cancel(false);
		assertThat(service.answers.get(0)).isCancelled();
	}

	@Test
	void whenHandlerRejectsRequestThenItIsTheCallersMistake() {
		FakeInferenceService service = FakeInferenceService.waiting();
		assertThat(failure(
				call(new Broken(new IllegalArgumentException("odd"), null), service).respond(REQUEST, DEADLINE, null)))
			.isInstanceOf(InvalidInput.class)
			.hasMessage("odd");
		assertThat(service.notMade).isEmpty();
	}

	@Test
	void whenHandlerFailsThenItIsTheHandlersMistake() {
		IllegalStateException bug = new IllegalStateException("bug");
		FakeInferenceService service = FakeInferenceService.computing(SumEndpoint::add);
		assertThat(failure(call(new Broken(bug, null), service).respond(REQUEST, DEADLINE, null)))
			.isInstanceOf(HandlerFailedException.class)
			.hasMessageContaining("Broken.encode threw")
			.hasCause(bug);
		assertThat(service.notMade).hasSize(1).allMatch((call) -> call.endsWith(":3"));
		assertThat(failure(
				call(new Broken(null, new IllegalArgumentException("late")), service).respond(REQUEST, DEADLINE, null)))
			.isInstanceOf(HandlerFailedException.class)
			.hasMessageContaining("Broken.decode threw");
		assertThat(failure(call(new Broken(null, null), service).respond(REQUEST, DEADLINE, null)))
			.isInstanceOf(HandlerFailedException.class)
			.hasMessageContaining("Broken.decode returned null");
	}

	@Test
	void whenModelDoesNotTakeWhatTheHandlerMadeThenItIsTheHandlersMistake() {
		InvalidInput rejection = new InvalidInput("unknown input \"x\"");
		FakeInferenceService throwing = FakeInferenceService.computing((inputs) -> {
			throw rejection;
		});
		for (FakeInferenceService service : List.of(FakeInferenceService.failing(rejection), throwing)) {
			CompletableFuture<Sum> answer = call(new SumEndpoint(), service).respond(REQUEST, DEADLINE, null);
			assertThat(failure(answer)).isInstanceOf(HandlerFailedException.class)
				.hasMessageContaining("SumEndpoint.encode made inputs that the model does not take: unknown input")
				.hasCause(rejection);
			assertThat(service.requests.get(0).origin()).isEqualTo(InferenceRequest.Origin.HANDLER);
		}
	}

	@Test
	void whenRequestIsOverALimitThenItIsTheCallersMistake() {
		InvalidInput rejection = InvalidInput.byCaller("too many rows");
		assertThat(failure(
				call(new SumEndpoint(), FakeInferenceService.failing(rejection)).respond(REQUEST, DEADLINE, null)))
			.isSameAs(rejection);
	}

	private record Broken(RuntimeException encoding, RuntimeException decoding) implements ModelHandler<Numbers, Sum> {

		@Override
		public NamedTensors encode(Numbers request) {
			if (this.encoding != null) {
				throw this.encoding;
			}
			return new SumEndpoint().encode(request);
		}

		@Override
		public Sum decode(Numbers request, NamedTensors outputs) {
			if (this.decoding != null) {
				throw this.decoding;
			}
			return null;
		}

	}

}
