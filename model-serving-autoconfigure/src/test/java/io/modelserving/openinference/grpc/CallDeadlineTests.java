package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallDeadline}.
 */
class CallDeadlineTests {

	private static InferenceRequest request(@Nullable Duration timeout) {
		return new InferenceRequest("m", null, NamedTensors.of("x", Tensor.of(Shape.of(1), 1f)), List.of(), timeout);
	}

	@ParameterizedTest
	@CsvSource({ "1000, 998", "20, 18", "10, 9", "1, 0.9" })
	void whenCallHasDeadlineThenRequestEndsShortlyBefore(double milliseconds, double expected) {
		long remaining = (long) (milliseconds * TimeUnit.MILLISECONDS.toNanos(1));
		InferenceRequest request = CallDeadline.applyTo(request(null), remaining);
		assertThat(request.timeout()).isEqualTo(Duration.ofNanos((long) (expected * 1_000_000)));
	}

	@Test
	void whenDeadlineHasPassedThenRequestHasNoTimeLeft() {
		assertThat(CallDeadline.applyTo(request(null), -5).timeout()).isEqualTo(Duration.ofNanos(1));
	}

	@Test
	void whenRequestsOwnTimeoutIsShorterThenItStays() {
		InferenceRequest request = request(Duration.ofMillis(5));
		assertThat(CallDeadline.applyTo(request, TimeUnit.SECONDS.toNanos(1))).isSameAs(request);
	}

}
