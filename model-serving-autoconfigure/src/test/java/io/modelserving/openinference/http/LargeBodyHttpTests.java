package io.modelserving.openinference.http;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import io.modelserving.autoconfigure.OpenInferenceTestApplication;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests bodies that are longer than what Tomcat reads for an answer that does not want
 * them.
 */
@SpringBootTest(classes = OpenInferenceTestApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "model-serving.open-inference.max-request-size=16MB", "spring.main.banner-mode=off" })
class LargeBodyHttpTests {

	private static final int SIZE = 12 << 20;

	private final FakeModels models;

	private final HttpCaller http;

	LargeBodyHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.UINT8, Shape.of(-1)));
		this.models.add(new ModelKey("echo", 1), new ModelSignature(specs, specs), NamedTensors.of(Map.of()));
	}

	@ParameterizedTest
	@CsvSource({ "/v2/models/unknown/infer, 404", "/v2/models/echo/versions/9/infer, 404",
			"/v2/models/echo/infer, 400" })
	void whenTheFailureShowsEarlyThenAClientThatOnlyWritesSeesWhy(String path, int status) {
		String answer = new RawHttp(this.http.port())
			.exchange("POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s".formatted(path,
					SIZE, "x".repeat(SIZE)));
		assertThat(answer).startsWith("HTTP/1.1 " + status).contains("{\"error\":");
	}

	@Test
	void whenAllIsWellThenTheTensorIsWhole() {
		HttpResponse<byte[]> response = this.http.exchange("/v2/models/echo/infer", new byte[SIZE],
				"Inference-Header-Content-Length", "0");
		assertThat(response.statusCode()).isEqualTo(200);
		NumericTensor tensor = this.models.requests().get(0).inputs().numeric("x");
		assertThat(tensor.shape()).isEqualTo(Shape.of(SIZE));
	}

}
