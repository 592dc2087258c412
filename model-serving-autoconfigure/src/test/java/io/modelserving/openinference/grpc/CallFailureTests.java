package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import io.grpc.Status;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.RepositoryReadOnlyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallFailure}.
 */
class CallFailureTests {

	private static final Duration LATER = Duration.ofMillis(1500);

	static Stream<Arguments> failures() {
		return Stream.of(Arguments.of(new InvalidInput("why"), Status.Code.INVALID_ARGUMENT, null),
				Arguments.of(new ModelNotFound("why"), Status.Code.NOT_FOUND, null),
				Arguments.of(new Overloaded("why", LATER), Status.Code.RESOURCE_EXHAUSTED, LATER),
				Arguments.of(new ModelUnavailable("why", LATER), Status.Code.UNAVAILABLE, LATER),
				Arguments.of(new DeadlineExceeded("why"), Status.Code.DEADLINE_EXCEEDED, null),
				Arguments.of(new CancellationException("why"), Status.Code.CANCELLED, null),
				Arguments.of(new RepositoryReadOnlyException("why"), Status.Code.PERMISSION_DENIED, null));
	}

	@ParameterizedTest
	@MethodSource
	void failures(Throwable failure, Status.Code code, Duration retryAfter) {
		CallFailure expected = new CallFailure(code, "why", retryAfter);
		assertThat(CallFailure.of(failure, "id")).isEqualTo(expected);
		assertThat(CallFailure.of(new CompletionException(failure), "id")).isEqualTo(expected);
		assertThat(expected.toException().getStatus().getCode()).isEqualTo(code);
		assertThat(expected.toException().getStatus().getDescription()).isEqualTo("why");
	}

	@Test
	void everyInferenceExceptionHasItsCode() {
		assertThat(InferenceException.class.getPermittedSubclasses()).hasSize(6);
		assertThat(CallFailure.of(new ExecutionFailed("the model failed", new IllegalStateException("secret")), "id"))
			.isEqualTo(new CallFailure(Status.Code.INTERNAL, "the model failed (error id id)", null));
	}

	@Test
	void whatIsNotForCallersIsNotTold() {
		assertThat(CallFailure.of(new IllegalStateException("secret"), "id").message())
			.isEqualTo("the server failed (error id id)");
		assertThat(CallFailure.of(new CancellationException(), "id").message()).isEqualTo("the call was cancelled");
	}

}
