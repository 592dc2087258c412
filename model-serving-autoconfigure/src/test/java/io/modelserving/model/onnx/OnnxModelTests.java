package io.modelserving.model.onnx;

import org.junit.jupiter.api.Test;

import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;

class OnnxModelTests {

	@Test
	void affineModelGivesItsAnswer() {
		try (Model model = TestModels.load("affine.onnx")) {
			NamedTensors outputs = model.run(NamedTensors.of("x", Tensor.of(Shape.of(2, 3), 1, 2, 3, -1, 0, 0.25f)),
					new Workspace());
			assertThat(outputs.numeric("y").shape()).isEqualTo(Shape.of(2, 2));
			assertThat(outputs.numeric("y").toFloats()).containsExactly(22.5f, 27.5f, 0.75f, -1);
		}
	}

}
