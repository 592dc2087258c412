package io.modelserving.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ObservedInferenceService}.
 */
class ObservedInferenceServiceTests {

	private static final NamedTensors TENSORS = NamedTensors.of("x", Tensor.of(Shape.of(1), 1f));

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final CompletableFuture<InferenceResult> answer = new CompletableFuture<>();

	private final ModelRegistry models = mock(ModelRegistry.class);

	private final ObservedInferenceService service = new ObservedInferenceService((request) -> this.answer, this.models,
			this.registry);

	@BeforeEach
	void knowDigits() {
		ModelKey model = new ModelKey("digits", 2);
		ModelSnapshot snapshot = new ModelSnapshot(new ModelStatus(model, ModelState.READY, "", true, Instant.EPOCH),
				"file", null, BatcherSnapshot.IDLE);
		given(this.models.find("digits")).willReturn(Optional.of(snapshot));
		given(this.models.find(model)).willReturn(Optional.of(snapshot));
		given(this.models.resolve(any(), any())).willCallRealMethod();
	}

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
			.hasLowCardinalityKeyValue("version", "2")
			.hasLowCardinalityKeyValue("outcome", "overloaded");
	}

	@Test
	void whenModelIsUnknownThenItsNameIsNeverATag() {
		this.service.infer(InferenceRequest.of("made-up", TENSORS));
		assertObserved().hasLowCardinalityKeyValue("model", "unknown").hasLowCardinalityKeyValue("version", "unknown");
		this.answer.completeExceptionally(new ModelNotFound("unknown model"));
		assertObserved().hasBeenStopped()
			.hasLowCardinalityKeyValue("model", "unknown")
			.hasLowCardinalityKeyValue("outcome", "not_found");
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 0, 99 })
	void whenVersionIsUnknownThenItIsNeverATag(long version) {
		this.service.infer(InferenceRequest.builder("digits", TENSORS).version(version).build());
		assertObserved().hasLowCardinalityKeyValue("model", "unknown").hasLowCardinalityKeyValue("version", "unknown");
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
		ObservedInferenceService unobserved = new ObservedInferenceService((request) -> this.answer, this.models,
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
