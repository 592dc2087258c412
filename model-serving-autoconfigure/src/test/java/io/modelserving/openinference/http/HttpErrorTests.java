package io.modelserving.openinference.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import io.modelserving.web.UnsupportedCoding;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link HttpError}.
 */
class HttpErrorTests {

	static Stream<Arguments> failures() {
		return Stream.of(arguments(new InvalidInput("m"), 400), arguments(new ModelNotFound("m"), 404),
				arguments(new Overloaded("m", Duration.ZERO), 429),
				arguments(new ModelUnavailable("m", Duration.ZERO), 503), arguments(new DeadlineExceeded("m"), 504),
				arguments(new ExecutionFailed("m", null), 500));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void statusFitsFailure(Throwable failure, int status) {
		assertThat(HttpError.of(failure, "id").status().value()).isEqualTo(status);
	}

	@Test
	void everyFailureHasItsRow() {
		assertThat(failures().<Class<?>>map((row) -> row.get()[0].getClass()))
			.containsExactlyInAnyOrder(InferenceException.class.getPermittedSubclasses());
	}

	@Test
	void whenFailureIsNotTheCallersThenMessageHidesIt() {
		HttpError error = HttpError.of(new IllegalStateException("a secret"), "id-1");
		assertThat(error.status().value()).isEqualTo(500);
		assertThat(error.message()).isEqualTo("the server failed (error id id-1)");
	}

	@Test
	void whenCodingIsUnknownThenKnownOnesAreNamed() {
		HttpError error = HttpError.of(new UnsupportedCoding("br"), "id");
		assertThat(error.status().value()).isEqualTo(501);
		assertThat(error.headers()).isEqualTo(Map.of("Accept-Encoding", "gzip, zstd, deflate"));
	}

	@Test
	void whenCallWasCancelledThenServerIsUnavailable() {
		HttpError error = HttpError.of(new CancellationException(), "id");
		assertThat(error.status().value()).isEqualTo(503);
		assertThat(error.message()).isEqualTo("the call was cancelled");
	}

	@ParameterizedTest
	@CsvSource({ "PT0S,1", "PT0.001S,1", "PT1S,1", "PT1.001S,2", "PT2M,120" })
	void timeToRetryIsInWholeSeconds(Duration time, String seconds) {
		assertThat(HttpError.of(new Overloaded("m", time), "id").headers()).isEqualTo(Map.of("Retry-After", seconds));
	}

}
