package io.modelserving.model;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class ModelSignatureTests {

	private final ModelSignature signature = new ModelSignature(
			List.of(new TensorSpec("pixels", DataType.FP32, Shape.of(-1, 2, 2), List.of("batch", "", "")),
					new TensorSpec("scale", DataType.INT64, Shape.of(-1, 1), List.of("batch", ""))),
			List.of(TensorSpec.of("label", DataType.INT64, Shape.of(-1))));

	private final Tensor pixels = Tensor.of(Shape.of(1, 2, 2), 1f, 2f, 3f, 4f);

	private final Tensor scale = Tensor.of(Shape.of(1, 1), 5L);

	@Test
	void whenEverythingFitsThenItIsAccepted() {
		assertThatNoException()
			.isThrownBy(() -> this.signature.check(NamedTensors.of("scale", this.scale, "pixels", this.pixels)));
	}

	@Test
	void whenAnInputIsMissingThenTheMessageNamesItAndWhatTheModelTakes() {
		rejected(NamedTensors.of("pixels", this.pixels),
				"missing input \"scale\"; the model takes \"pixels\" FP32[-1, 2, 2], \"scale\" INT64[-1, 1]");
	}

	@Test
	void whenAnInputIsUnknownThenTheMessageNamesIt() {
		rejected(NamedTensors.of(Map.of("pixels", this.pixels, "scale", this.scale, "image", this.pixels)),
				"unknown input \"image\"; the model takes \"pixels\" FP32[-1, 2, 2], \"scale\" INT64[-1, 1]");
	}

	@Test
	void whenTheTypeIsWrongThenTheMessageNamesBoth() {
		rejected(NamedTensors.of("pixels", Tensor.of(Shape.of(1, 2, 2), 1d, 2d, 3d, 4d), "scale", this.scale),
				"input \"pixels\": type FP64 does not match FP32");
	}

	@Test
	void whenTheShapeIsWrongThenTheMessageNamesBoth() {
		rejected(NamedTensors.of("pixels", Tensor.of(Shape.of(1, 4), 1f, 2f, 3f, 4f), "scale", this.scale),
				"input \"pixels\": shape [1, 4] does not match [-1, 2, 2]");
		rejected(NamedTensors.of("pixels", Tensor.of(Shape.of(1, 1, 2), 1f, 2f), "scale", this.scale),
				"input \"pixels\": shape [1, 1, 2] does not match [-1, 2, 2]");
	}

	@Test
	void whenDimensionsOfOneNameDifferThenThatIsForTheRuntimeToReject() {
		assertThatNoException().isThrownBy(() -> this.signature
			.check(NamedTensors.of("pixels", this.pixels, "scale", Tensor.of(Shape.of(2, 1), 5L, 6L))));
	}

	@Test
	void whenAnInputIsOptionalThenItMayBeGivenOrLeftOut() {
		ModelSignature optional = new ModelSignature(this.signature.inputs().subList(0, 1), this.signature.outputs(),
				List.of(TensorSpec.of("scale", DataType.FP32, Shape.of(2))));
		assertThatNoException().isThrownBy(() -> optional.check(NamedTensors.of("pixels", this.pixels)));
		assertThatNoException().isThrownBy(
				() -> optional.check(NamedTensors.of("pixels", this.pixels, "scale", Tensor.of(Shape.of(2), 1f, 2f))));
		assertThat(optional.allowsBatches()).isTrue();
		assertThat(optional.allInputs()).extracting(TensorSpec::name).containsExactly("pixels", "scale");
		rejected(optional, NamedTensors.of("pixels", this.pixels, "scale", Tensor.of(Shape.of(3), 1f, 2f, 3f)),
				"input \"scale\": shape [3] does not match [2]");
		rejected(optional, NamedTensors.of("scale", Tensor.of(Shape.of(2), 1f, 2f)),
				"missing input \"pixels\"; the model takes \"pixels\" FP32[-1, 2, 2], \"scale\" FP32[2] (optional)");
		rejected(optional, NamedTensors.of("pixels", this.pixels, "bias", Tensor.of(Shape.of(2), 1f, 2f)),
				"unknown input \"bias\"; the model takes \"pixels\" FP32[-1, 2, 2], \"scale\" FP32[2] (optional)");
	}

	@Test
	void whenTheRankIsUnknownThenAnyShapeIsAcceptedButNoBatches() {
		ModelSignature any = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.ANY)),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.ANY)));
		for (Shape shape : List.of(Shape.of(), Shape.of(1), Shape.of(1, 1), Shape.of(1, 1, 1))) {
			assertThatNoException().isThrownBy(() -> any.check(NamedTensors.of("x", Tensor.of(shape, 1f))));
		}
		assertThatNoException()
			.isThrownBy(() -> any.check(NamedTensors.of("x", Tensor.of(Shape.of(0, 5), new float[0]))));
		assertThat(any.allowsBatches()).isFalse();
		rejected(any, NamedTensors.of("x", Tensor.of(Shape.of(1), 1L)), "input \"x\": type INT64 does not match FP32");
		rejected(any, NamedTensors.of("z", this.pixels), "unknown input \"z\"; the model takes \"x\" FP32[...]");
	}

	@Test
	void whenEveryFirstDimensionIsDynamicThenBatchesAreAllowed() {
		assertThat(this.signature.allowsBatches()).isTrue();
		assertThat(new ModelSignature(this.signature.inputs(), List.of(TensorSpec.of("sum", DataType.FP32, Shape.of())))
			.allowsBatches()).isFalse();
		assertThat(
				new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(1, 3))), this.signature.outputs())
					.allowsBatches())
			.isFalse();
		assertThat(new ModelSignature(List.of(), this.signature.outputs()).allowsBatches()).isFalse();
	}

	private void rejected(NamedTensors tensors, String message) {
		rejected(this.signature, tensors, message);
	}

	private static void rejected(ModelSignature signature, NamedTensors tensors, String message) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> signature.check(tensors)).withMessage(message);
	}

}
