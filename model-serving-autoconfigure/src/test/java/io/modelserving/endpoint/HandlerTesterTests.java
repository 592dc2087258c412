package io.modelserving.endpoint;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;

import io.modelserving.endpoint.SumEndpoint.Numbers;
import io.modelserving.endpoint.SumEndpoint.Sum;
import io.modelserving.image.Picture;
import io.modelserving.image.PixelFormat;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.Model;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link HandlerTester}.
 */
class HandlerTesterTests {

	private final HandlerTester<Numbers, Sum> tester = HandlerTester.of(new SumEndpoint())
		.withFunction(SumEndpoint::add);

	@Test
	void whenFunctionStandsInForModelThenRequestIsHandled() {
		assertThat(this.tester.handle(new Numbers(new float[] { 1, 2 }, null, null))).isEqualTo(new Sum(3));
	}

	@Test
	void whenRequestIsJsonThenItIsReadAsTheEndpointDoes() {
		assertThat(this.tester.handle("{\"values\": [4]}", new JsonMapper())).isEqualTo(new Sum(4));
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> this.tester.handle("{\"values\": [null]}", new JsonMapper()));
	}

	@Test
	void whenHandlerHasExampleThenItIsHandled() {
		assertThat(this.tester.handleExample()).isEqualTo(new Sum(3.5f));
	}

	@Test
	void whenRequestIsInvalidThenFieldsAreNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.tester.handle(new Numbers(new float[5], null, 4)))
			.withMessageContaining("field=precision")
			.withMessageContaining("size must be between 1 and 4");
	}

	@Test
	void whenServiceRunsModelThenTheAnnotationsIsCalled() {
		FakeInferenceService service = FakeInferenceService.computing(SumEndpoint::add);
		assertThat(HandlerTester.of(new SumEndpoint()).withService(service).handleExample().sum()).isEqualTo(3.5f);
		assertThat(service.requests.get(0).model()).isEqualTo("adder");
	}

	@Test
	void whenServiceFailsThenItsExceptionIsThrown() {
		FakeInferenceService service = FakeInferenceService.failing(new ModelNotFound("no such model"));
		assertThatExceptionOfType(ModelNotFound.class)
			.isThrownBy(() -> HandlerTester.of(new SumEndpoint()).withService(service).handleExample());
	}

	@Test
	void whenModelIsLoadedThenItIsRunAndItsSignatureChecked() throws Exception {
		try (Model model = new OnnxModelLoader().load(
				new ClassPathResource("models/identity_float.onnx").getFile().toPath(), new ExecutionResources(1, 0))) {
			NumericTensor tensor = Tensor.of(Shape.of(1, 1), 1f);
			Shape shape = model.signature().inputs().get(0).shape();
			assertThat(shape.rank()).isPositive();
			assertThatIllegalStateException()
				.isThrownBy(() -> HandlerTester.of(new Passing("other", tensor)).withModel(model).handle(1))
				.withMessageContaining(
						"Passing.encode made inputs that the model does not take: unknown input \"other\"");
		}
	}

	@Test
	void whenHandlerTakesPicturesThenOneIsHandled() {
		Picture picture = new Picture(2, 1, PixelFormat.GRAY, new byte[2]);
		HandlerTester<Picture, Integer> tester = HandlerTester.of(new PictureWidth()).withFunction((inputs) -> inputs);
		assertThat(tester.handlePicture(picture)).isEqualTo(2);
	}

	@Test
	void whenThereIsNoModelThenItSaysWhatToCall() {
		assertThatIllegalStateException().isThrownBy(() -> HandlerTester.of(new SumEndpoint()).handleExample())
			.withMessageContaining("withModel");
	}

	@Test
	void whenThereIsNoExampleThenItSaysSo() {
		assertThatIllegalStateException()
			.isThrownBy(() -> HandlerTester.of(new PictureWidth()).withFunction((inputs) -> inputs).handleExample())
			.withMessageContaining("has no example");
	}

	private record Passing(String name, NumericTensor tensor) implements ModelHandler<Integer, Integer> {

		@Override
		public NamedTensors encode(Integer request) {
			return NamedTensors.of(this.name, this.tensor);
		}

		@Override
		public Integer decode(Integer request, NamedTensors outputs) {
			return request;
		}

	}

	private static final class PictureWidth implements ModelHandler<Picture, Integer> {

		@Override
		public NamedTensors encode(Picture request) {
			return NamedTensors.of("width", Tensor.of(Shape.of(1), request.width()));
		}

		@Override
		public Integer decode(Picture request, NamedTensors outputs) {
			return (int) outputs.numeric("width").toLongs()[0];
		}

	}

}
