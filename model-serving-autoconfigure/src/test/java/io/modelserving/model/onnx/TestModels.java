package io.modelserving.model.onnx;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;

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

}
