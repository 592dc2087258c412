package io.modelserving.endpoint;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.assertj.MvcTestResultAssert;

import io.modelserving.model.InferenceException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EndpointFunction}.
 */
class EndpointFunctionTests {

	private final FakeInferenceService service = FakeInferenceService.computing(SumEndpoint::add);

	private final MockMvcTester mvc = Endpoints.mvc(this.service, SumEndpoint.class);

	@Test
	void whenRequestIsValidThenModelsAnswerIsReturned() {
		assertThat(post("{\"values\": [1, 2, 3.5]}")).hasStatusOk()
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_JSON)
			.bodyJson()
			.isStrictlyEqualTo("{\"sum\": 6.5}");
		assertThat(this.service.requests).singleElement().satisfies(request -> {
			assertThat(request.model()).isEqualTo("adder");
			assertThat(request.version()).isNull();
			assertThat(request.deadline().timeout()).isNull();
		});
	}

	@Test
	void whenCallerGivesTimeoutThenItTravelsWithTheCall() {
		assertThat(this.mvc.post()
			.uri("/sum")
			.contentType(MediaType.APPLICATION_JSON)
			.header(RequestTimeout.HEADER, "2s")
			.content("{\"values\": [1]}")).hasStatusOk();
		assertThat(this.service.requests.get(0).deadline().timeout()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void whenConstraintsAreViolatedThen422NamesEachField() {
		assertProblem(post("{\"values\": [], \"precision\": 7}"), HttpStatus.UNPROCESSABLE_CONTENT).bodyJson()
			.isLenientlyEqualTo("""
					{"title": "Unprocessable Content", "instance": "/sum",
					 "errors": [
						{"field": "precision", "message": "must be less than or equal to 3", "rejected": 7},
						{"field": "values", "message": "size must be between 1 and 4"}]}
					""");
		assertThat(this.service.requests).isEmpty();
	}

	@Test
	void whenQueueIsFullThen429SaysWhenToComeAgain() {
		InferenceException overloaded = new InferenceException.Overloaded("the queue is full", Duration.ofMillis(1200));
		MockMvcTester mvc = Endpoints.mvc(FakeInferenceService.failing(overloaded), SumEndpoint.class);
		assertProblem(
				mvc.post().uri("/sum").contentType(MediaType.APPLICATION_JSON).content("{\"values\": [1]}").exchange(),
				HttpStatus.TOO_MANY_REQUESTS)
			.hasHeader("Retry-After", "2");
	}

	private MvcTestResult post(String body) {
		return this.mvc.post().uri("/sum").contentType(MediaType.APPLICATION_JSON).content(body).exchange();
	}

	private static MvcTestResultAssert assertProblem(MvcTestResult result, HttpStatus status) {
		return assertThat(result).hasStatus(status).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

}
