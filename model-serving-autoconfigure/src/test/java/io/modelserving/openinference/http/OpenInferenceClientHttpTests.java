package io.modelserving.openinference.http;

import java.util.List;
import java.util.Map;

import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.openinference.FakeModels;
import io.modelserving.client.ModelMetadata;
import io.modelserving.client.ModelMetadata.TensorMetadata;
import io.modelserving.client.InferRequest;
import io.modelserving.client.InferResponse;
import io.modelserving.client.OpenInferenceClient;
import io.modelserving.client.OpenInferenceClientException;
import io.modelserving.client.OpenInferenceClients;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests {@link OpenInferenceClient} against this library's own server.
 */
@OpenInferenceHttpTest
class OpenInferenceClientHttpTests {

	private static final ModelKey ECHO = new ModelKey("echo", 1);

	private final FakeModels models;

	private final OpenInferenceClient client;

	OpenInferenceClientHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.client = OpenInferenceClients.create("http://localhost:" + port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1)));
		this.models.add(ECHO, new ModelSignature(specs, specs), NamedTensors.of(Map.of()));
	}

	@Test
	void whenAskedThenServerAndModelDescribeThemselves() {
		assertThat(this.client.server().name()).isEqualTo("model-serving");
		ModelMetadata model = this.client.model("echo");
		assertThat(model.name()).isEqualTo("echo");
		assertThat(model.versions()).containsExactly("1");
		assertThat(model.inputs()).containsExactly(new TensorMetadata("x", "FP32", List.of(-1L)));
		assertThat(model.properties()).containsEntry("author", "Ada");
		assertThat(this.client.model("echo", "1")).isEqualTo(model);
	}

	@Test
	void whenReadyThenThatIsSaid() {
		this.client.requireLive();
		assertThat(this.client.isReady()).isTrue();
		assertThat(this.client.isReady("echo")).isTrue();
		assertThat(this.client.isReady("echo", "1")).isTrue();
	}

	@Test
	void whenNotReadyThenTheReasonIsSaid() {
		this.models.set(ECHO, ModelState.FAILED, "the disk is on fire", true);
		assertThat(this.client.isReady()).isFalse();
		assertThat(this.client.isReady("echo")).isFalse();
		assertThatExceptionOfType(OpenInferenceClientException.class).isThrownBy(() -> this.client.requireReady("echo"))
			.withMessageContaining("the disk is on fire");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whenAskedThenModelAnswers(boolean binary) {
		InferRequest request = InferRequest.of("x", Tensor.of(Shape.of(3), 0.1f, Float.NaN, -0.0f)).withId("7");
		InferResponse response = this.client.infer("echo", binary ? request : request.asJson());
		assertThat(response.model()).isEqualTo("echo");
		assertThat(response.version()).isEqualTo("1");
		assertThat(response.id()).isEqualTo("7");
		assertThat(response.outputs().numeric("x").toFloats()).containsExactly(0.1f, Float.NaN, -0.0f);
	}

	@Test
	void whenVersionAndOutputAreNamedThenTheyAreAsked() {
		NamedTensors inputs = NamedTensors.of("x", Tensor.of(Shape.of(1), 1f));
		this.client.infer("echo", "1", InferRequest.of(inputs).withOutput("x").asJson());
		assertThat(this.models.requests().get(0).version()).isEqualTo(1);
		assertThat(this.models.requests().get(0).outputs()).containsExactly("x");
	}

	@Test
	void whenServerRejectsThenItsMessageAndStatusAreThrown() {
		InferRequest request = InferRequest.of("x", Tensor.of(Shape.of(1), 1f)).asJson();
		assertThatExceptionOfType(OpenInferenceClientException.class)
			.isThrownBy(() -> this.client.infer("ecko", request))
			.withMessageStartingWith("404: ")
			.withMessageContaining("\"ecko\"")
			.satisfies(ex -> assertThat(ex.status().value()).isEqualTo(404))
			.satisfies(ex -> assertThat(ex.error()).doesNotContain("{"));
		this.models.fail(new ModelUnavailable("being drained", null));
		assertThatExceptionOfType(OpenInferenceClientException.class)
			.isThrownBy(() -> this.client.infer("echo", request))
			.withMessage("503: being drained");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "ü/1", "%41", "q?x" })
	void whenNameIsStrangeThenItArrivesAsItIs(String name) {
		assertThatExceptionOfType(OpenInferenceClientException.class).isThrownBy(() -> this.client.model(name))
			.withMessageContaining(name.contains("/") ? "" : name);
	}

}
