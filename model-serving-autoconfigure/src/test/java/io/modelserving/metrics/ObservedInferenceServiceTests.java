package io.modelserving.metrics;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ObservedInferenceService}.
 */
class ObservedInferenceServiceTests {

	private static final NamedTensors TENSORS = NamedTensors.of("x", Tensor.of(Shape.of(1), 1f));

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final CompletableFuture<InferenceResult> answer = new CompletableFuture<>();

	private final ObservedInferenceService service = new ObservedInferenceService((request) -> this.answer,
			this.registry);

	@Test
	void whenCallIsAnsweredThenStopsWithTheVersionThatAnswered() {
		assertThat(this.service.infer(InferenceRequest.of("digits", TENSORS))).isSameAs(this.answer);
		assertObserved().hasBeenStarted().isNotStopped();
		this.answer.complete(new InferenceResult(new ModelKey("digits", 3), TENSORS));
		assertObserved().hasBeenStopped()
			.hasContextualNameEqualTo("infer digits")
			.hasLowCardinalityKeyValue("model", "digits")
			.hasLowCardinalityKeyValue("version", "3")
			.hasLowCardinalityKeyValue("outcome", "success");
	}

	@Test
	void whenCallFailsThenStopsWithTheError() {
		this.service.infer(InferenceRequest.of("digits", TENSORS));
		this.answer.completeExceptionally(new Overloaded("the queue is full", Duration.ofSeconds(1)));
		assertObserved().hasBeenStopped()
			.hasError()
			.hasLowCardinalityKeyValue("version", "unknown")
			.hasLowCardinalityKeyValue("outcome", "overloaded");
	}

	@Test
	void whenModelIsUnknownThenItsNameDoesNotBecomeATag() {
		this.service.infer(InferenceRequest.of("made-up-by-a-caller", TENSORS));
		this.answer.completeExceptionally(new ModelNotFound("unknown model"));
		assertObserved().hasBeenStopped()
			.hasLowCardinalityKeyValue("model", "unknown")
			.hasLowCardinalityKeyValue("outcome", "not_found");
	}

	@Test
	void whenCallComesFromAnObservationThenThatIsItsParent() {
		Observation parent = Observation.start("parent", this.registry);
		parent.scoped(() -> {
			this.service.infer(InferenceRequest.of("digits", TENSORS));
		});
		this.answer.complete(new InferenceResult(new ModelKey("digits", 3), TENSORS));
		assertObserved().hasParentObservationEqualTo(parent);
	}

	@Test
	void whenUserHasOwnConventionThenItIsUsed() {
		this.registry.observationConfig().observationConvention(new OwnConvention());
		this.service.infer(InferenceRequest.of("digits", TENSORS));
		this.answer.complete(new InferenceResult(new ModelKey("digits", 3), TENSORS));
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("own")
			.that()
			.hasLowCardinalityKeyValue("name", "digits");
	}

	@Test
	void whenNobodyListensThenCallPassesThrough() {
		ObservedInferenceService unobserved = new ObservedInferenceService((request) -> this.answer,
				ObservationRegistry.NOOP);
		assertThat(unobserved.infer(InferenceRequest.of("digits", TENSORS))).isSameAs(this.answer);
		assertThat(this.answer.getNumberOfDependents()).isZero();
	}

	private TestObservationRegistryAssert.TestObservationRegistryAssertReturningObservationContextAssert assertObserved() {
		return TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("model.serving.inference")
			.that();
	}

	private static final class OwnConvention implements GlobalObservationConvention<InferenceObservationContext> {

		@Override
		public String getName() {
			return "own";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(InferenceObservationContext context) {
			return KeyValues.of("name", context.request().model());
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof InferenceObservationContext;
		}

	}

}
