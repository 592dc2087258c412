package io.modelserving.openinference.http;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that every failure is answered with the protocol's {@code error} and the status
 * that fits it.
 */
@OpenInferenceHttpTest
@ExtendWith(OutputCaptureExtension.class)
class ErrorHttpTests {

	private static final String INFER = "/v2/models/echo/infer";

	private static final String SMALL = """
			{"inputs":[{"name":"x","shape":[2],"datatype":"INT64","data":[1,2]}]}""";

	private final FakeModels models;

	private final HttpCaller http;

	ErrorHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.INT64, Shape.of(-1)));
		this.models.add(new ModelKey("echo", 1), new ModelSignature(specs, specs), NamedTensors.of(Map.of()));
	}

	static Stream<Arguments> failures() {
		return Stream.of(arguments(new InvalidInput("bad shape"), 400, null),
				arguments(new ModelNotFound("no such model"), 404, null),
				arguments(new Overloaded("queue full", Duration.ofMillis(2100)), 429, "3"),
				arguments(new ModelUnavailable("draining", Duration.ofMillis(1)), 503, "1"),
				arguments(new DeadlineExceeded("too late"), 504, null));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void whenCallFailsAtOnceThenStatusFits(RuntimeException failure, int status, String retryAfter) {
		this.models.fail(failure);
		assertError(this.http.post(INFER, SMALL), failure.getMessage(), status, retryAfter);
	}

	@ParameterizedTest
	@MethodSource("failures")
	void whenCallFailsLaterThenStatusFits(RuntimeException failure, int status, String retryAfter) {
		this.models.answer((request) -> failLater(failure));
		assertError(this.http.post(INFER, SMALL), failure.getMessage(), status, retryAfter);
	}

	@Test
	void whenModelIsOverloadedThenCallIsRejectedUnread() {
		this.models.reject(new Overloaded("8 rows wait", Duration.ofMillis(2100)));
		assertError(this.http.post(INFER, "{ no JSON"), "8 rows wait", 429, "3");
		assertThat(this.models.requests()).isEmpty();
	}

	private static CompletableFuture<InferenceResult> failLater(Throwable failure) {
		CompletableFuture<InferenceResult> call = new CompletableFuture<>();
		CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS).execute(() -> call.completeExceptionally(failure));
		return call;
	}

	private static void assertError(HttpResponse<String> response, String message, int status, String retryAfter) {
		assertThat(HttpCaller.error(response)).isEqualTo(message);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Retry-After").orElse(null)).isEqualTo(retryAfter);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
	}

	@Test
	void whenRuntimeFailsThenLogHasTheCauseUnderTheIdOfTheAnswer(CapturedOutput log) {
		this.models.fail(new ExecutionFailed("the model failed on this input",
				new IllegalStateException("node Reshape_7 has a secret")));
		HttpResponse<String> response = this.http.post(INFER, SMALL);
		assertThat(response.statusCode()).isEqualTo(500);
		String error = HttpCaller.error(response);
		assertThat(error).matches("the model failed on this input \\(error id [0-9a-f-]{36}\\)");
		assertThat(log).contains(error.replaceAll(".*error id (.*)\\)", "$1")).contains("node Reshape_7 has a secret");
	}

	@Test
	void whenServerItselfFailsThenAnswerTellsNothingButTheId(CapturedOutput log) {
		this.models.answer((request) -> {
			throw new IllegalStateException("a secret");
		});
		HttpResponse<String> response = this.http.post(INFER, SMALL);
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(HttpCaller.error(response)).matches("the server failed \\(error id [0-9a-f-]{36}\\)");
		assertThat(log).contains("a secret");
	}

	@Test
	void whenModelIsUnknownThenStatusIsNotFound() {
		HttpResponse<String> response = this.http.post("/v2/models/other/infer", "not even read");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(HttpCaller.error(response)).isEqualTo("unknown model \"other\"; there is \"echo\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "{}", "{\"inputs\":1}", "{\"inputs\":[{\"name\":\"x\"}]}",
			"{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"INT64\",\"data\":[1]}]}",
			"{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT65\",\"data\":[1]}]}",
			"{\"inputs\":[],\"parameters\":{\"timeout\":-1}}", "{\"inputs\":[],\"parameters\":{\"timeout\":\"1\"}}",
			"{\"inputs\":[],\"parameters\":{\"timeout\":1.5}}",
			"{\"inputs\":[],\"outputs\":[{\"name\":\"x\",\"parameters\":{\"classification\":0}}]}" })
	void whenBodyIsNoRequestThenStatusIsBadRequest(String body) {
		assertBadRequest(body);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[16,1152921504606846978]", "[4,1152921504606846978]",
			"[2147483647,2147483647,2147483647]", "[100000,100000]", "[2,-5]", "[-1]" })
	void whenShapeOverflowsOrIsNegativeThenStatusIsBadRequest(String shape) {
		assertBadRequest(
				"{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"FP32\",\"data\":[1.0]}]}".formatted(shape));
		assertBadRequest("""
				{"inputs":[{"name":"x","shape":%s,"datatype":"FP32","parameters":{"binary_data_size":4}}]}"""
			.formatted(shape));
	}

	@ParameterizedTest
	@ValueSource(strings = { "data", "shape", "parameters", "other" })
	void whenJsonIsNestedTooDeepThenStatusIsBadRequest(String key) {
		String deep = "[".repeat(120) + "1" + "]".repeat(120);
		assertBadRequest(
				"{\"inputs\":[{\"%s\":%s,\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT64\"}]}".formatted(key, deep));
		assertBadRequest(
				"{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":%s}]}".formatted(deep));
	}

	@Test
	void whenAnInputOrAnOutputComesTwiceThenStatusIsBadRequest() {
		String input = "{\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[1]}";
		assertBadRequest("{\"inputs\":[%s,%s]}".formatted(input, input));
		HttpResponse<String> response = assertBadRequest(
				"{\"inputs\":[%s],\"outputs\":[{\"name\":\"x\"},{\"name\":\"x\"}]}".formatted(input));
		assertThat(HttpCaller.error(response)).isEqualTo("output \"x\" is asked for twice");
	}

	private HttpResponse<String> assertBadRequest(String body) {
		HttpResponse<String> response = this.http.post(INFER, body);
		assertThat(HttpCaller.error(response)).isNotBlank();
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(this.models.requests()).isEmpty();
		return response;
	}

	@Test
	void whenBodyIsAsLongAsAllowedThenItIsRead() {
		String padded = SMALL + " ".repeat(10 * 1024 - SMALL.length());
		assertThat(this.http.post(INFER, padded).statusCode()).isEqualTo(200);
		assertThat(this.http.post(INFER, padded + " ").statusCode()).isEqualTo(413);
	}

	@Test
	void whenBodyOfUnknownLengthIsTooLongThenStatusIsTooLarge() {
		byte[] body = (SMALL + " ".repeat(20 * 1024)).getBytes(StandardCharsets.UTF_8);
		HttpResponse<String> response = this.http.post(INFER,
				BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(HttpCaller.error(response))
			.isEqualTo("the body is larger than 10240 bytes (model-serving.open-inference.max-request-size)");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/v2/models/echo/nothing", "/v2/models/echo/versions", "/v2/models/a/b/infer", "/v2/health" })
	void whenPathIsUnknownThenStatusIsNotFound(String path) {
		HttpResponse<String> response = this.http.get(path);
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(HttpCaller.error(response)).isEqualTo("there is nothing at " + path);
	}

	@Test
	void whenMethodIsWrongThenTheRightOneIsNamed() {
		HttpResponse<String> response = this.http.get(INFER);
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue("POST");
		assertThat(HttpCaller.error(response)).isEqualTo("GET is not allowed at " + INFER + "; send POST");
		response = this.http.post("/v2/health/live", "");
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
	}

	@Test
	void whenFilterRejectsThenErrorIsTheProtocols() {
		HttpResponse<String> response = this.http.post(INFER, SMALL, "X-Reject", "403");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(HttpCaller.error(response)).isEqualTo("rejected");
		assertThat(this.http.post("/elsewhere", SMALL, "X-Reject", "403").body()).contains("timestamp");
	}

	@Test
	void whenFilterFailsThenErrorIsTheProtocols() {
		HttpResponse<String> response = this.http.post(INFER, SMALL, "X-Reject", "500");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(HttpCaller.error(response)).isEqualTo("Internal Server Error");
	}

}
