package io.modelserving.openinference;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.modelserving.batching.Deadline;
import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.codec.RequestedOutput;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.cache.CacheUse;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link InferenceRequests}.
 */
class InferenceRequestsTests {

	private static final Deadline DEADLINE = Deadline.after(null, 0);

	@Test
	void timeoutIsInMicroseconds() {
		assertThat(request(Map.of("timeout", 1500L)).deadline().timeout()).isEqualTo(Duration.ofNanos(1_500_000));
		assertThat(request(Map.of("timeout", Long.MAX_VALUE)).deadline().isNone()).as("over a century").isTrue();
	}

	@Test
	void whenTimeoutIsNotGivenThenThereIsNone() {
		assertThat(request(Map.of()).deadline().timeout()).isNull();
		assertThat(request(Map.of("timeout", 0L)).deadline().timeout()).isNull();
		assertThat(request(Map.of("timeout", BigInteger.TWO.pow(63))).deadline().timeout()).isNull();
	}

	@Test
	void whenTimeoutIsNoWholeNumberThenMessageSaysWhatItShouldBe() {
		for (Object timeout : List.of(-1L, 1.5, "1", true, BigInteger.TWO.pow(64).negate())) {
			assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> request(Map.of("timeout", timeout)))
				.withMessage("parameter \"timeout\" is %s; a whole number of microseconds is needed, at least 0",
						timeout);
		}
	}

	@Test
	void priorityIsTheLevel() {
		assertThat(request(Map.of("priority", 3L)).priority()).isEqualTo(3);
		assertThat(request(Map.of()).priority()).isZero();
		assertThat(request(Map.of("priority", BigInteger.TWO.pow(64))).priority()).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void whenPriorityIsNoLevelThenMessageSaysWhatItShouldBe() {
		for (Object priority : List.of(-1L, 1.5, "1", true)) {
			assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> request(Map.of("priority", priority)))
				.withMessage("parameter \"priority\" is %s; a whole number is needed, 1 for the first level or 0 for"
						+ " the model's own", priority);
		}
	}

	@Test
	void routingKeyIsTheCarriersThenTheParameter() {
		assertThat(request(Map.of("routing_key", "a")).routingKey()).isEqualTo("a");
		assertThat(request(Map.of("routing_key", 7L)).routingKey()).isEqualTo("7");
		assertThat(InferenceRequests.of("digits", null, body(Map.of("routing_key", "a")), "b", DEADLINE, null)
			.routingKey()).isEqualTo("b");
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> request(Map.of("routing_key", true)))
			.withMessage("parameter \"routing_key\" is true; a string is needed");
	}

	@Test
	void sequencesAreKnownByNumberOrText() {
		assertThat(request(Map.of("sequence_id", 5L, "sequence_start", true)).sequence())
			.isEqualTo(new SequenceStep("5", true, false));
		assertThat(request(Map.of("sequence_id", "a b", "sequence_end", true)).sequence())
			.isEqualTo(new SequenceStep("a b", false, true));
		BigInteger largest = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
		assertThat(request(Map.of("sequence_id", largest)).sequence())
			.isEqualTo(new SequenceStep("18446744073709551615", false, false));
		assertThat(request(Map.of("sequence_id", "0")).sequence()).isEqualTo(new SequenceStep("0", false, false));
	}

	@Test
	void whenTheSequenceIsZeroOrEmptyThenThereIsNone() {
		for (Map<String, Object> parameters : List.<Map<String, Object>>of(Map.of(), Map.of("sequence_id", 0L),
				Map.of("sequence_id", "", "sequence_start", true), Map.of("sequence_start", true))) {
			assertThat(request(parameters).sequence()).isNull();
		}
	}

	@Test
	void whenTheSequenceMakesNoSenseThenMessageSaysWhatItShouldBe() {
		for (Object id : List.of(-1L, 1.5, true, BigInteger.TWO.pow(64), BigInteger.TWO.pow(64).negate(),
				"x".repeat(129))) {
			assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> request(Map.of("sequence_id", id)))
				.withMessageContaining(
						"a whole number from 1 to 18446744073709551615 or a string of at most 128 characters");
		}
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> request(Map.of("sequence_id", 1L, "sequence_start", 1L)))
			.withMessage("parameter \"sequence_start\" is 1; true or false is needed");
	}

	@Test
	void theStricterOfTheCarriersCacheControlAndTheParameterCounts() {
		assertThat(request(Map.of()).cache()).isEqualTo(CacheUse.USE);
		assertThat(request(Map.of("cache_control", "no-cache")).cache()).isEqualTo(CacheUse.REFRESH);
		assertThat(InferenceRequests
			.of("digits", null, body(Map.of("cache_control", "no-cache")), null, DEADLINE, "no-store")
			.cache()).isEqualTo(CacheUse.BYPASS);
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> request(Map.of("cache_control", true)))
			.withMessage(
					"parameter \"cache_control\" is true; a string is needed, such as \"no-cache\" or \"no-store\"");
	}

	@Test
	void otherParametersAreIgnored() {
		InferenceRequest request = request(Map.of("triton_x", "y"),
				new RequestedOutput("label", Map.of("binary_data", true)));
		assertThat(request.outputs()).containsExactly("label");
	}

	private static InferenceRequest request(Map<String, Object> parameters, RequestedOutput... outputs) {
		return InferenceRequests.of("digits", null, body(parameters, outputs), null, DEADLINE, null);
	}

	private static InferenceRequestBody body(Map<String, Object> parameters, RequestedOutput... outputs) {
		return new InferenceRequestBody(null, parameters, NamedTensors.of(Map.of()), List.of(outputs));
	}

}
