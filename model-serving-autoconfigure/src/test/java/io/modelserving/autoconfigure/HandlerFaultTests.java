package io.modelserving.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.MultiItemModelHandler;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.model.Outcome;
import io.modelserving.serving.PaddingRule;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests who is to blame for what goes wrong between a request and its model.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandlerFaultTests {

	/** They differ from one before them in values alone. */
	private static final Set<Mistake> ALIKE = Set.of(Mistake.EXTRA_NAME, Mistake.LOWER_RANK, Mistake.HIGHER_RANK,
			Mistake.SCALAR);

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.main.banner-mode=off", "model-serving.endpoints.example-check=off")
			.run();
		context.getBean(Attempts.class).awaitEndOf("echo");
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@ParameterizedTest
	@EnumSource
	void whenTheHandlerMakesAMistakeThenItIsA500WithOneStackTrace(Mistake mistake, CapturedOutput output) {
		for (String path : mistake.paths) {
			long failed = count(Outcome.FAILED);
			long invalid = count(Outcome.INVALID);
			int before = output.length();
			String first = failure(path, mistake);
			String second = failure(path, mistake);
			String log = output.toString().substring(before);
			if (ALIKE.contains(mistake)) {
				assertThat(log).contains("failed with id " + first + ", number ").doesNotContain(" ERROR ");
			}
			else {
				assertThat(log.lines().filter((line) -> line.contains(" ERROR "))).singleElement()
					.asString()
					.contains("Request to " + path + " failed with id " + first);
				assertThat(log).containsOnlyOnce("HandlerFailedException: ")
					.contains("failed with id " + second + ", number 2 of its kind");
			}
			if (mistake.reachesModel) {
				assertThat(count(Outcome.FAILED)).isEqualTo(failed + 2);
			}
			assertThat(count(Outcome.INVALID)).isEqualTo(invalid);
		}
	}

	@ParameterizedTest
	@MethodSource
	void whenTheHandlerRejectsTheRequestThenItIsTheCallersMistake(Rejection rejection, CapturedOutput output) {
		int before = output.length();
		for (String path : List.of("/single", "/multi")) {
			ResponseEntity<Map<String, Object>> response = post(path, rejection.name());
			assertThat(response.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
			assertThat(response.getBody()).containsEntry("detail", "too odd");
		}
		assertThat(output.toString().substring(before)).doesNotContain(" ERROR ").doesNotContain(" WARN ");
	}

	static Stream<Rejection> whenTheHandlerRejectsTheRequestThenItIsTheCallersMistake() {
		return Arrays.stream(Rejection.values());
	}

	@Test
	void whenTheRequestHasMoreRowsThanTheModelTakesThenItIsTheCallersMistake() {
		long failed = count(Outcome.FAILED);
		ResponseEntity<Map<String, Object>> response = post("/single", "TOO_MANY_ROWS");
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(response.getBody()).extractingByKey("detail").asString().contains("a request may have at most");
		assertThat(count(Outcome.FAILED)).isEqualTo(failed);
	}

	@Test
	void whenNobodyMakesAMistakeThenRequestsAreAnswered() {
		for (String path : List.of("/single", "/multi")) {
			assertThat(post(path, "NONE").getBody()).containsEntry("value", 1.0);
		}
	}

	@Test
	void whenACallerOfTheServiceMakesTheMistakeThenItIsStillInvalid() {
		long invalid = count(Outcome.INVALID);
		InferenceRequest wrong = InferenceRequest.of("echo", NamedTensors.of("z", Tensor.of(Shape.of(1, 1), 1f)));
		assertThatThrownBy(() -> context.getBean(InferenceService.class).infer(wrong).join())
			.hasCauseInstanceOf(InvalidInput.class);
		assertThat(count(Outcome.INVALID)).isEqualTo(invalid + 1);
		assertThat(send("/v2/models/echo/infer",
				"{\"inputs\":[{\"name\":\"z\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}")
			.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
	}

	private static String failure(String path, Mistake mistake) {
		ResponseEntity<Map<String, Object>> response = post(path, mistake.name());
		assertThat(response.getStatusCode()).as("%s of %s", mistake, path).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(String.valueOf(response.getBody())).doesNotContain("io.modelserving").doesNotContain("secret");
		assertThat(response.getBody()).extractingByKey("detail")
			.asString()
			.startsWith("The request failed inside the application; it is in the log with id ");
		return String.valueOf(response.getBody().get("errorId"));
	}

	private static ResponseEntity<Map<String, Object>> post(String path, String mistake) {
		return send(path, "{\"mistake\": \"%s\"}".formatted(mistake));
	}

	private static ResponseEntity<Map<String, Object>> send(String path, String json) {
		return RestClient.create("http://localhost:" + ((WebServerApplicationContext) context).getWebServer().getPort())
			.post()
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON)
			.body(json)
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toEntity(new ParameterizedTypeReference<>() {
			});
	}

	private static long count(Outcome outcome) {
		return context.getBean(MeterRegistry.class)
			.find("model.serving.requests")
			.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
			.timers()
			.stream()
			.mapToLong((timer) -> timer.count())
			.sum();
	}

	private static Tensor ones(long... shape) {
		float[] values = new float[(int) Shape.of(shape).elementCount()];
		Arrays.fill(values, 1);
		return Tensor.of(Shape.of(shape), values);
	}

	private static NamedTensors right() {
		return NamedTensors.of("x", ones(1, 1));
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> RuntimeException sneaky(Throwable thrown) throws E {
		throw (E) thrown;
	}

	/** What a handler can do wrong, one way for each. */
	enum Mistake {

		WRONG_NAME(true, () -> NamedTensors.of("z", ones(1, 1))),

		EXTRA_NAME(true, () -> NamedTensors.of(Map.of("x", ones(1, 1), "z", ones(1, 1)))),

		NO_TENSORS(true, () -> NamedTensors.of(Map.of())),

		WRONG_TYPE(true, () -> NamedTensors.of("x", Tensor.of(Shape.of(1, 1), 1))),

		STRINGS(true, () -> NamedTensors.of("x", Tensor.of(Shape.of(1, 1), "secret"))),

		WRONG_SHAPE(true, () -> NamedTensors.of("x", ones(1, 2))),

		LOWER_RANK(true, () -> NamedTensors.of("x", ones(1))),

		HIGHER_RANK(true, () -> NamedTensors.of("x", ones(1, 1, 1))),

		SCALAR(true, () -> NamedTensors.of("x", ones())),

		NO_ROWS(true, () -> NamedTensors.of("x", ones(0, 1))),

		NULL(false, () -> null),

		EXCEPTION(false, () -> {
			throw new IllegalStateException("secret");
		}),

		NULL_POINTER(false, () -> {
			throw new NullPointerException();
		}),

		CHECKED(false, () -> {
			throw HandlerFaultTests.<RuntimeException>sneaky(new IOException("secret"));
		}),

		ASSERTION(false, () -> {
			throw new AssertionError("secret");
		}),

		STACK_OVERFLOW(false, () -> {
			throw new StackOverflowError();
		}),

		NO_CLASS(false, () -> {
			throw new NoClassDefFoundError("secret");
		}),

		NULL_LIST(false, () -> null),

		DECODE_NULL(false, HandlerFaultTests::right),

		DECODE_EXCEPTION(false, HandlerFaultTests::right),

		DECODE_ILLEGAL_ARGUMENT(false, HandlerFaultTests::right),

		DECODE_INVALID_INPUT(false, HandlerFaultTests::right),

		DECODE_NOT_FOUND(false, HandlerFaultTests::right),

		DECODE_UNKNOWN_OUTPUT(false, HandlerFaultTests::right),

		DECODE_ERROR(false, HandlerFaultTests::right);

		private final List<String> paths = name().equals("NULL_LIST") ? List.of("/multi")
				: List.of("/single", "/multi");

		private final boolean reachesModel;

		private final Supplier<NamedTensors> encode;

		Mistake(boolean reachesModel, Supplier<NamedTensors> encode) {
			this.reachesModel = reachesModel;
			this.encode = encode;
		}

	}

	/** How a handler can reject a request. */
	enum Rejection {

		ILLEGAL_ARGUMENT(IllegalArgumentException::new), NUMBER_FORMAT(NumberFormatException::new),
		INVALID_INPUT(InvalidInput::new);

		private final Function<String, RuntimeException> exception;

		Rejection(Function<String, RuntimeException> exception) {
			this.exception = exception;
		}

	}

	record Request(String mistake) {

		NamedTensors encode() {
			for (Rejection rejection : Rejection.values()) {
				if (rejection.name().equals(this.mistake)) {
					throw rejection.exception.apply("too odd");
				}
			}
			return switch (this.mistake) {
				case "NONE" -> right();
				case "TOO_MANY_ROWS" -> NamedTensors.of("x", ones(1_000_000, 1));
				default -> Mistake.valueOf(this.mistake).encode.get();
			};
		}

		Response decode(NamedTensors outputs) {
			return switch (this.mistake) {
				case "DECODE_NULL" -> null;
				case "DECODE_EXCEPTION" -> throw new IllegalStateException("secret");
				case "DECODE_ILLEGAL_ARGUMENT" -> throw new IllegalArgumentException("secret");
				case "DECODE_INVALID_INPUT" -> throw new InvalidInput("secret");
				case "DECODE_NOT_FOUND" -> throw new ModelNotFound("secret");
				case "DECODE_UNKNOWN_OUTPUT" -> new Response(outputs.numeric("q").toFloats()[0]);
				case "DECODE_ERROR" -> throw new ExceptionInInitializerError("secret");
				default -> new Response(outputs.numeric("y").toFloats()[0]);
			};
		}

	}

	record Response(float value) {
	}

	@ModelEndpoint(path = "/single", model = "echo")
	static class Single implements ModelHandler<Request, Response> {

		@Override
		public NamedTensors encode(Request request) {
			return request.encode();
		}

		@Override
		public Response decode(Request request, NamedTensors outputs) {
			return request.decode(outputs);
		}

	}

	@ModelEndpoint(path = "/multi", model = "echo")
	static class Multi implements MultiItemModelHandler<Request, Response> {

		@Override
		public List<NamedTensors> encode(Request request) {
			return request.mistake().equals("NULL_LIST") ? null : Arrays.asList(right(), request.encode(), right());
		}

		@Override
		public Response decode(Request request, List<NamedTensors> outputs) {
			assertThat(outputs).hasSize(3);
			return request.decode(outputs.get(1));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Single.class, Multi.class })
	static class Application {

		@Bean
		Attempts attempts() {
			return new Attempts();
		}

		@Bean
		ModelDefinition echo() {
			ModelDefinition echo = StubModels.ready("echo");
			return new ModelDefinition(echo.key(), echo.source(), echo.loader(), echo.required(), echo.instances(),
					new BatchingSettings(null, Duration.ZERO, 1024, Duration.ofSeconds(30), Verification.UNBATCH,
							PaddingRule.NONE),
					echo.warmUp());
		}

	}

}
