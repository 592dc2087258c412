package io.modelserving.model.onnx;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * The models among the test resources.
 */
final class TestModels {

	static final ExecutionResources ONE_THREAD = new ExecutionResources(1, 0);

	private TestModels() {
	}

	static Path path(String name) {
		URL resource = Objects.requireNonNull(TestModels.class.getResource("/models/" + name), name);
		try {
			return Path.of(resource.toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static Model load(String name) {
		return new OnnxModelLoader().load(path(name), ONE_THREAD);
	}

	static Model load(Path file, OnnxOptions options, OnnxSessionOptionsCustomizer... customizers) {
		return new OnnxModelLoader(options, List.of(customizers)).load(file, ONE_THREAD);
	}

	static Model loadIdentity(DataType type) {
		return load("identity_%s.onnx".formatted(switch (type) {
			case FP16 -> "float16";
			case BF16 -> "bfloat16";
			case FP32 -> "float";
			case FP64 -> "double";
			case BYTES -> "string";
			default -> type.name().toLowerCase(Locale.ROOT);
		}));
	}

	static NamedTensors run(Model model, NamedTensors inputs) {
		return model.run(inputs, new Workspace());
	}

}
