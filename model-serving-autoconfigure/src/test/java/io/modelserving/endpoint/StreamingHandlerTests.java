package io.modelserving.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import jakarta.validation.constraints.Min;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;

/**
 * Tests what becomes of the calls, events and failures of a
 * {@link StreamingModelHandler}.
 */
class StreamingHandlerTests {

	private final HandlerTester<Steps, Float> tester = HandlerTester.of(new Doubling())
		.withFunction(StreamingHandlerTests::twice);

	private static NamedTensors twice(NamedTensors inputs) {
		float[] values = inputs.numeric("x").toFloats();
		return NamedTensors.of("y", Tensor.of(Shape.of(1), 2 * values[0]));
	}

	@Test
	void whenHandlerIsTestedThenItsEventsAreReturned() {
		assertThat(this.tester.stream(new Steps(3, ""))).containsExactly(2f, 4f, 8f);
		assertThat(this.tester.stream(new Steps(2, "both at once"))).containsExactly(2f, 20f);
	}

	@Test
	void whenRequestIsInvalidThenHandlerDoesNotGetIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.tester.stream(new Steps(0, "")))
			.withMessageContaining("field=steps");
	}

	@Test
	void whenHandlerIsOfTheOtherKindThenTheRightMethodIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.tester.handle(new Steps(1, "")))
			.withMessageEndingWith("Doubling is a StreamingModelHandler: call stream");
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> HandlerTester.of(new SumEndpoint()).stream(new SumEndpoint.Numbers(new float[1], null, 1)))
			.withMessageEndingWith("SumEndpoint is no StreamingModelHandler: call handle");
	}

	@Test
	void whenHandlerRejectsBeforeItBeginsThenItIsTheCallersMistake() {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.tester.stream(new Steps(1, "early")))
			.withMessage("no");
	}

	@ParameterizedTest
	@ValueSource(strings = { "late", "after an event", "checked", "null" })
	void whenHandlerFailsThenItIsItsOwnMistake(String mistake) {
		assertThatExceptionOfType(HandlerFailedException.class)
			.isThrownBy(() -> this.tester.stream(new Steps(1, mistake)))
			.withMessageContaining("Doubling.stream");
	}

	@Test
	void whenModelDoesNotTakeTheInputsThenItIsTheHandlersMistake() {
		assertThatIllegalStateException().isThrownBy(() -> HandlerTester.of(new Doubling()).withFunction((inputs) -> {
			throw new InvalidInput("input \"x\" is missing");
		}).stream(new Steps(1, "")))
			.withMessageContaining("Doubling.stream made inputs that the model does not take: input \"x\" is missing");
	}

	@Test
	void whenModelIsUnavailableThenThatIsWhatTheCallerGets() {
		assertThatExceptionOfType(ModelUnavailable.class)
			.isThrownBy(() -> HandlerTester.of(new Doubling()).withFunction((inputs) -> {
				throw new ModelUnavailable("it loads", Duration.ZERO);
			}).stream(new Steps(1, "")));
	}

	@Test
	void whenEndpointStartsThenTheFirstEventsOfItsExampleAreKept() throws Exception {
		ModelEndpoints endpoints = Endpoints.find(Doubling.class);
		EndpointDescription before = endpoints.describe(List.of()).get(0);
		assertThat(before.streams()).isTrue();
		assertThat(before.takesGet()).isTrue();
		assertThat(before.produces()).hasToString("[text/event-stream, application/x-ndjson, application/json]");
		Endpoint<Steps, Float> endpoint = new Endpoint<>("doubling", new Doubling(), null, null, "/doubling", "adder",
				null, null, List.of());
		assertThat(new ExampleStream<>(endpoint, FakeInferenceService.computing(StreamingHandlerTests::twice), 1)
			.run(new Steps(1_000_000, ""))
			.get(30, TimeUnit.SECONDS)).hasSize(10).startsWith(2f, 4f);
	}

	@Test
	void whenQueryIsReadThenTypesAreThoseOfTheRecord() {
		assertThat(query("steps", "3", "mistake", "null").get()).isEqualTo(new Steps(3, "null"));
		assertThat(query("mistake", "x").get()).as("checked later").isEqualTo(new Steps(null, "x"));
		assertThatExceptionOfType(RequestRejectedException.class).isThrownBy(() -> query("steps", "NaN"));
	}

	private static Supplier<Steps> query(String... parameters) {
		Map<String, String[]> all = new HashMap<>();
		for (int i = 0; i < parameters.length; i += 2) {
			all.put(parameters[i], new String[] { parameters[i + 1] });
		}
		return new QueryReader<Steps>(ResolvableType.forClass(Steps.class), new JsonMapper()).read(all);
	}

	@Test
	void whenRequestIsNotFlatThenOnlyPostIsTaken() {
		assertThat(Endpoints.find(Nested.class).describe(List.of()).get(0).takesGet()).isFalse();
	}

	record Steps(@Min(1) Integer steps, String mistake) {
	}

	@ModelEndpoint(path = "/doubling", model = "adder")
	static class Doubling implements StreamingModelHandler<Steps, Float> {

		@Override
		public void stream(Steps request, ModelCalls model, EventSink<Float> events) throws Exception {
			if (request.mistake().equals("early")) {
				throw new IllegalArgumentException("no");
			}
			if (request.mistake().equals("both at once")) {
				model.infer(List.of(inputs(1), inputs(10)))
					.forEach((outputs) -> events.send(outputs.numeric("y").toFloats()[0]));
				return;
			}
			float value = 1;
			for (int i = 0; i < request.steps(); i++) {
				value = model.infer(inputs(value)).numeric("y").toFloats()[0];
				if (request.mistake().equals("late")) {
					throw new IllegalArgumentException("no");
				}
				events.send(request.mistake().equals("null") ? null : Float.valueOf(value));
				if (request.mistake().equals("after an event")) {
					throw new IllegalArgumentException("no");
				}
			}
			if (request.mistake().equals("checked")) {
				throw new IOException("no");
			}
		}

		private static NamedTensors inputs(float value) {
			return NamedTensors.of("x", Tensor.of(Shape.of(1), value));
		}

		@Override
		public Steps example() {
			return new Steps(2, "");
		}

	}

	record Deep(List<Steps> steps) {
	}

	@ModelEndpoint(path = "/nested", model = "adder")
	static class Nested implements StreamingModelHandler<Deep, String> {

		@Override
		public void stream(Deep request, ModelCalls model, EventSink<String> events) {
		}

	}

}
