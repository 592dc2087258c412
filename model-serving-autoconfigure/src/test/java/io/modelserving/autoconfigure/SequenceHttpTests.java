package io.modelserving.autoconfigure;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.StreamingModelHandler;
import io.modelserving.model.Model;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.sequence.SequenceSettings;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sequences of typed endpoints, of streams and of ensembles, over a model that adds up.
 */
class SequenceHttpTests {

	private static ConfigurableApplicationContext context;

	private static RestClient client;

	@BeforeAll
	static void start() {
		context = new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "spring.main.banner-mode=off",
					"model-serving.ensembles.chain.steps[0].model=echo",
					"model-serving.ensembles.chain.steps[1].model=sum",
					"model-serving.ensembles.chain.steps[1].input-map.x=y",
					"model-serving.ensembles.chain.steps[1].output-map.sum=result")
			.run();
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		client = RestClient.create("http://localhost:" + port);
		context.getBean(Attempts.class).awaitEndOf("chain");
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	private static ResponseEntity<String> post(String path, String body) {
		return client.post()
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toEntity(String.class);
	}

	private static String add(String id, float value, boolean start, boolean end) {
		return "{\"id\": \"%s\", \"value\": %s, \"start\": %s, \"end\": %s}".formatted(id, value, start, end);
	}

	private static ResponseEntity<String> chain(String parameters) {
		return post("/v2/models/chain/infer",
				"{%s \"inputs\": [{\"name\": \"x\", \"shape\": [1, 1], \"datatype\": \"FP32\", \"data\": [2]}]}"
					.formatted(parameters));
	}

	@Test
	void requestsOfAnEndpointBelongToTheSequenceThatTheHandlerNames() {
		assertThat(post("/add", add("a", 1, true, false)).getBody()).isEqualTo("{\"sum\":1.0}");
		assertThat(post("/add", add("b", 10, true, false)).getBody()).isEqualTo("{\"sum\":10.0}");
		assertThat(post("/add", add("a", 2, false, true)).getBody()).isEqualTo("{\"sum\":3.0}");
		assertThat(post("/add", add("b", 20, false, false)).getBody()).isEqualTo("{\"sum\":30.0}");
		ResponseEntity<String> over = post("/add", add("a", 3, false, false));
		assertThat(over.getStatusCode().value()).isEqualTo(400);
		assertThat(over.getBody()).contains("sequence a").contains("it is over");
	}

	@Test
	void whenTheIdIsOfNoUseThenTheCallerIsToBlame() {
		ResponseEntity<String> response = post("/add", add("a".repeat(129), 1, true, false));
		assertThat(response.getStatusCode().value()).isEqualTo(400);
		assertThat(response.getBody()).contains("the id of the sequence has 129 characters");
		assertThat(post("/add", add("", 1, true, false)).getStatusCode().value()).isEqualTo(400);
	}

	@Test
	void whenTheHandlerNamesNoneThenItIsToBlame() {
		assertThat(post("/add", add("none", 1, true, false)).getStatusCode().value()).isEqualTo(500);
	}

	@Test
	void aStreamMayRunASequence() {
		assertThat(post("/sums", "{\"id\": \"stream\", \"values\": [1, 2, 3]}").getBody())
			.contains("data: {\"sum\":1.0}", "data: {\"sum\":3.0}", "data: {\"sum\":6.0}");
	}

	@Test
	void stepsOfAnEnsembleBelongToTheSequenceOfItsRequest() {
		assertThat(chain("\"parameters\": {\"sequence_id\": 7, \"sequence_start\": true},").getBody())
			.contains("\"data\":[2.0]");
		assertThat(chain("\"parameters\": {\"sequence_id\": 8, \"sequence_start\": true},").getBody())
			.contains("\"data\":[2.0]");
		assertThat(chain("\"parameters\": {\"sequence_id\": 7, \"sequence_end\": true},").getBody())
			.contains("\"data\":[4.0]");
		ResponseEntity<String> over = chain("\"parameters\": {\"sequence_id\": 7},");
		assertThat(over.getStatusCode().value()).as(over.getBody()).isEqualTo(400);
		assertThat(over.getBody()).contains("must specify the START flag");
		ResponseEntity<String> none = chain("");
		assertThat(none.getStatusCode().value()).as(none.getBody()).isEqualTo(400);
		assertThat(none.getBody()).contains("must specify a non-zero or non-empty correlation ID");
	}

	record Addition(String id, float value, boolean start, boolean end) {
	}

	record Sum(float sum) {
	}

	record Values(String id, float[] values) {
	}

	@ModelEndpoint(path = "/add", model = "sum")
	static class AddEndpoint implements ModelHandler<Addition, Sum> {

		@Override
		public NamedTensors encode(Addition addition) {
			return StubModels.row(addition.value());
		}

		@Override
		public @Nullable SequenceStep sequence(Addition addition) {
			return addition.id().equals("none") ? null
					: new SequenceStep(addition.id(), addition.start(), addition.end());
		}

		@Override
		public Sum decode(Addition addition, NamedTensors outputs) {
			return new Sum(outputs.numeric("sum").toFloats()[0]);
		}

		@Override
		public Addition example() {
			return new Addition("example", 1, true, false);
		}

	}

	@ModelEndpoint(path = "/sums", model = "sum")
	static class SumsEndpoint implements StreamingModelHandler<Values, Sum> {

		@Override
		public void stream(Values values, ModelCalls model, EventSink<Sum> events) {
			for (int i = 0; i < values.values().length; i++) {
				NamedTensors outputs = model.infer(StubModels.row(values.values()[i]),
						new SequenceStep(values.id(), i == 0, i == values.values().length - 1));
				events.send(new Sum(outputs.numeric("sum").toFloats()[0]));
			}
		}

	}

	/** Gives the sum of the input and the state, which is the next state. */
	private static final class SumModel implements Model {

		@Override
		public ModelSignature signature() {
			return new ModelSignature(List.of(spec("x"), spec("before")), List.of(spec("sum"), spec("after")));
		}

		private static TensorSpec spec(String name) {
			return TensorSpec.of(name, DataType.FP32, Shape.of(-1, 1));
		}

		@Override
		public ModelMetadata metadata() {
			return new ModelMetadata("stub", "tests", "", Map.of());
		}

		@Override
		public NamedTensors run(NamedTensors inputs, Workspace workspace) {
			float[] sums = inputs.numeric("x").toFloats();
			float[] before = inputs.numeric("before").toFloats();
			for (int i = 0; i < sums.length; i++) {
				sums[i] += before[i];
			}
			Tensor tensor = Tensor.of(Shape.of(sums.length, 1), sums);
			return NamedTensors.of("sum", tensor, "after", tensor);
		}

		@Override
		public void close() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Attempts.class, AddEndpoint.class, SumsEndpoint.class })
	static class Application {

		@Bean
		ModelDefinition echo() {
			return StubModels.ready("echo");
		}

		@Bean
		ModelDefinition sum() {
			ModelDefinition plain = StubModels.definition("sum", true, (file, resources) -> new SumModel());
			return new ModelDefinition(plain.key(), plain.source(), plain.loader(), plain.required(), plain.instances(),
					plain.batching(), plain.warmUp(), null,
					SequenceSettings.of(Map.of("after", SequenceSettings.State.zeros("before"))));
		}

	}

}
