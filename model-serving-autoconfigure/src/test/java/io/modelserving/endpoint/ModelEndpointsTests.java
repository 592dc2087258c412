package io.modelserving.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.endpoint.SumEndpoint.Numbers;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ModelEndpoints}: what is checked at startup.
 */
class ModelEndpointsTests {

	private static void assertRejected(Class<?> handler, String message, String action) {
		assertThatExceptionOfType(InvalidModelEndpointException.class).isThrownBy(() -> Endpoints.find(handler))
			.satisfies((ex) -> {
				assertThat(ex).hasMessageContaining(message);
				assertThat(ex.action()).contains(action);
			});
	}

	@Test
	void whenThereAreNoEndpointsThenNothingIsRouted() {
		assertThat(Endpoints.find().describe(List.of())).isEmpty();
		assertThat(Endpoints.find()
			.route(FakeInferenceService.waiting(), mock(ModelRegistry.class), Endpoints.EXECUTION, Endpoints.STREAMS))
			.isNotNull();
	}

	@Test
	void whenModelIsNotConfiguredThenKnownAndNearestAreNamed() {
		assertRejected(Misspelt.class,
				"is for the model \"addr\", which is not configured; there are the models [adder]",
				"Name the model \"adder\", or configure model-serving.models.addr.location");
		assertRejected(Unrelated.class, "there are the models [adder]",
				"Configure model-serving.models.translator.location");
	}

	@Test
	void whenVersionDoesNotExistThenVersionsAreNamed() {
		assertRejected(OtherVersion.class,
				"wants version 7 of the model \"adder\", of which there are the versions [1]", "leave it out");
		assertRejected(NegativeVersion.class, "version -1", "from 1 on");
	}

	@Test
	void whenTwoEndpointsHaveOnePathThenBothAreNamed() {
		assertThatExceptionOfType(InvalidModelEndpointException.class)
			.isThrownBy(() -> Endpoints.find(SumEndpoint.class, SamePath.class))
			.withMessageContaining("SumEndpoint")
			.withMessageContaining("SamePath")
			.withMessageContaining("\"/sum\"");
	}

	@Test
	void whenBeanIsNoHandlerThenInterfacesAreNamed() {
		assertRejected(NoHandler.class, "is annotated @ModelEndpoint but is no handler",
				"Let NoHandler implement ModelHandler<Request, Response>");
	}

	@Test
	void whenTypesAreUnknownThenItSaysWhich() {
		assertRejected(Untyped.class, "The response type of the @ModelEndpoint bean",
				"Declare a class that names both");
	}

	@Test
	void whenPathIsAPatternThenItIsRejected() {
		assertRejected(PatternPath.class, "The path \"/sum/{id}\"", "no variables or wildcards");
		assertRejected(RelativePath.class, "The path \"sum\"", "begins with \"/\"");
	}

	@Test
	void whenExampleViolatesConstraintsThenFieldIsNamed() {
		assertRejected(InvalidExample.class, "it is not valid: [{field=values, message=size must be between 1 and 4",
				"Let InvalidExample.example() return a request that succeeds");
	}

	@Test
	void whenExampleCannotBeEncodedThenReasonIsGiven() {
		assertRejected(RejectedExample.class, "it cannot be encoded: not this one", "example()");
	}

	@Test
	void whenExampleDoesNotSurviveJsonThenReasonIsGiven() {
		assertRejected(UnreadableExample.class, "it cannot be written as JSON and read again", "example()");
	}

	@Test
	void whenModelAnswersExampleThenEndpointStarts() {
		ModelEndpoints endpoints = Endpoints.find(SumEndpoint.class);
		assertThat(endpoints.obstacles("adder")).isEmpty();
		endpoints.expectStart(Endpoints.MODEL);
		assertThat(endpoints.obstacles("adder"))
			.containsExactly("endpoint /sum has not started: its example is still to be tried");
		assertThat(endpoints.obstacles("other")).isEmpty();
		FakeInferenceService service = FakeInferenceService.computing(SumEndpoint::add);
		endpoints.start(Endpoints.MODEL, service);
		assertThat(endpoints.obstacles("adder")).isEmpty();
		assertThat(service.requests).singleElement().satisfies((request) -> {
			assertThat(request.version()).isEqualTo(1);
			assertThat(request.origin()).isEqualTo(InferenceRequest.Origin.EXAMPLE);
		});
	}

	@Test
	void whenModelOrHandlerFailsOnExampleThenEndpointDoesNotStartUntilAVersionAnswersIt() {
		for (FakeInferenceService failing : List.of(
				FakeInferenceService.failing(new InvalidInput("shape [1, 2] does not match [-1, 3]")),
				FakeInferenceService.failing(new ExecutionFailed("the model failed", null)),
				FakeInferenceService.computing((inputs) -> NamedTensors.of("z", inputs.get("x"))))) {
			ModelEndpoints endpoints = Endpoints.find(SumEndpoint.class);
			endpoints.expectStart(Endpoints.MODEL);
			endpoints.start(Endpoints.MODEL, failing);
			assertThat(endpoints.obstacles("adder"))
				.containsExactly("endpoint /sum has not started: its example does not work; the log says why");
			endpoints.start(Endpoints.MODEL, FakeInferenceService.computing(SumEndpoint::add));
			assertThat(endpoints.obstacles("adder")).isEmpty();
			endpoints.start(Endpoints.MODEL, failing);
			assertThat(endpoints.obstacles("adder")).isEmpty();
		}
	}

	@Test
	void whenExampleCannotBeTriedNowThenEndpointStarts() {
		ModelEndpoints endpoints = Endpoints.find(SumEndpoint.class);
		endpoints.expectStart(Endpoints.MODEL);
		endpoints.start(Endpoints.MODEL, FakeInferenceService.failing(new Overloaded("full", Duration.ZERO)));
		assertThat(endpoints.obstacles("adder")).isEmpty();
	}

	@Test
	void whenExampleThrowsThenTheMethodIsNamed() {
		assertRejected(ThrowingExample.class, "ThrowingExample.example threw java.lang.IllegalStateException: no",
				"model-serving.endpoints.example-check");
	}

	@Test
	void descriptionHoldsTheExampleAsJson() {
		EndpointDescription description = Endpoints.find(SumEndpoint.class).describe(List.of()).get(0);
		assertThat(description.path()).isEqualTo("/sum");
		assertThat(description.summary()).isEqualTo("Add numbers up");
		assertThat(description.example()).asInstanceOf(MAP).containsEntry("values", List.of(1.0, 2.5));
	}

	@Test
	void whenTypesComeFromASuperclassThenTheyAreFound() {
		EndpointDescription description = Endpoints.find(Concrete.class).describe(List.of()).get(0);
		assertThat(description.requestType()).isEqualTo(Numbers.class);
		assertThat(description.responseType().getTypeName())
			.isEqualTo("java.util.Map<java.lang.String, java.util.List<java.lang.Float>>");
	}

	private abstract static class Base<I, E> implements ModelHandler<I, Map<String, List<E>>> {

		@Override
		public NamedTensors encode(I request) {
			return NamedTensors.of("x", Tensor.of(Shape.of(1), 1f));
		}

		@Override
		public Map<String, List<E>> decode(I request, NamedTensors outputs) {
			return Map.of();
		}

	}

	@ModelEndpoint(path = "/concrete", model = "adder")
	static class Concrete extends Base<Numbers, Float> {

	}

	@ModelEndpoint(path = "/untyped", model = "adder")
	static class Untyped<E> extends Base<Numbers, E> {

	}

	@ModelEndpoint(path = "/misspelt", model = "addr")
	static class Misspelt extends Base<Numbers, Float> {

	}

	@ModelEndpoint(path = "/unrelated", model = "translator")
	static class Unrelated extends Base<Numbers, Float> {

	}

	@ModelEndpoint(path = "/version", model = "adder", version = 7)
	static class OtherVersion extends Base<Numbers, Float> {

	}

	@ModelEndpoint(path = "/version", model = "adder", version = -1)
	static class NegativeVersion extends Base<Numbers, Float> {

	}

	@ModelEndpoint(path = "/sum", model = "adder")
	static class SamePath extends Base<Numbers, Float> {

	}

	@ModelEndpoint(path = "/sum/{id}", model = "adder")
	static class PatternPath extends Base<Numbers, Float> {

	}

	@ModelEndpoint(path = "sum", model = "adder")
	static class RelativePath extends Base<Numbers, Float> {

	}

	@ModelEndpoint(path = "/none", model = "adder")
	static class NoHandler {

	}

	@ModelEndpoint(path = "/example", model = "adder")
	static class InvalidExample extends Base<Numbers, Float> {

		@Override
		public Numbers example() {
			return new Numbers(new float[0], null, null);
		}

	}

	@ModelEndpoint(path = "/example", model = "adder")
	static class RejectedExample extends Base<Numbers, Float> {

		@Override
		public Numbers example() {
			return new Numbers(new float[1], null, null);
		}

		@Override
		public NamedTensors encode(Numbers request) {
			throw new IllegalArgumentException("not this one");
		}

	}

	@ModelEndpoint(path = "/example", model = "adder")
	static class UnreadableExample extends Base<UnreadableExample.OneWay, Float> {

		@Override
		public OneWay example() {
			return new OneWay(1);
		}

		static final class OneWay {

			private final int value;

			private OneWay(int value) {
				this.value = value;
			}

			public Thread.State getState() {
				throw new IllegalStateException("not " + this.value);
			}

		}

	}

	@ModelEndpoint(path = "/throwing", model = "adder")
	private static final class ThrowingExample extends SumEndpoint {

		@Override
		public Numbers example() {
			throw new IllegalStateException("no");
		}

	}

}
