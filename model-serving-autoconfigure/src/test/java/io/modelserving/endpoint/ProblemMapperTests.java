package io.modelserving.endpoint;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpStatus;

import io.modelserving.model.InferenceException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProblemMapper}.
 */
class ProblemMapperTests {

	private static final Map<InferenceException, HttpStatus> EXPECTED = Map.of(new InferenceException.InvalidInput("m"),
			HttpStatus.BAD_REQUEST, new InferenceException.ModelNotFound("m"), HttpStatus.NOT_FOUND,
			new InferenceException.ModelUnavailable("m", Duration.ZERO), HttpStatus.SERVICE_UNAVAILABLE,
			new InferenceException.Overloaded("m", Duration.ZERO), HttpStatus.TOO_MANY_REQUESTS,
			new InferenceException.DeadlineExceeded("m"), HttpStatus.GATEWAY_TIMEOUT,
			new InferenceException.ExecutionFailed("m", null), HttpStatus.INTERNAL_SERVER_ERROR);

	@Test
	void everyInferenceExceptionHasItsStatus() {
		EXPECTED.forEach((failure, status) -> assertThat(ProblemMapper.map(failure, "/p").status()).as("%s", failure)
			.isEqualTo(status));
	}

	@Test
	void noInferenceExceptionIsForgotten() {
		Stream<Class<?>> tested = EXPECTED.keySet().stream().map(Object::getClass);
		assertThat(tested).containsExactlyInAnyOrder(InferenceException.class.getPermittedSubclasses());
		assertThat(Arrays.asList(InferenceException.class.getPermittedSubclasses())).hasSize(EXPECTED.size());
	}

	@Test
	void whenRequestWasGivenUpThenNothingIsLogged() {
		assertThat(ProblemMapper.map(new CancellationException(), "/p").status())
			.isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	@Test
	void whenFailureIsUnknownThenItsMessageIsKeptFromTheCaller() {
		Problem problem = ProblemMapper.map(new IllegalStateException("secret"), "/p");
		assertThat(problem.status()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(problem.toBody("/p").toString()).doesNotContain("secret");
		assertThat(problem.members()).containsKey("errorId");
	}

	@ParameterizedTest
	@CsvSource({ "PT0S, 1", "PT0.001S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT59.5S, 60", "PT-1S, 1" })
	void retryAfterIsRoundedUpToWholeSeconds(Duration delay, String header) {
		Problem problem = ProblemMapper.map(new InferenceException.Overloaded("m", delay), "/p");
		assertThat(problem.headers().getFirst("Retry-After")).isEqualTo(header);
	}

}
