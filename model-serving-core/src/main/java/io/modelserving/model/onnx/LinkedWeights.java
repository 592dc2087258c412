package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.graph.ExternalData;

/**
 * A model with weights behind links that lead out of its directory, as in caches that are
 * made of links. The runtime rejects them, so it is given the graph with the names of the
 * files that the links lead to, and their common directory; the weights are not copied.
 * The names that the model itself has must not lead out of its directory.
 *
 * @param directory the directory that has all of the files
 * @param model the graph, with names relative to that directory
 */
record LinkedWeights(Path directory, byte[] model) {

	private static final Logger logger = LoggerFactory.getLogger(LinkedWeights.class);

	private static final String DIRECTORY = "session.model_external_initializers_file_folder_path";

	/**
	 * Look where the weights of a model are.
	 * @param model the file of the model
	 * @return the model as the runtime takes it, or {@code null} if it takes the file as
	 * it is, or rejects it for another reason
	 */
	static @Nullable LinkedWeights of(Path model) {
		try {
			SortedSet<String> names = ExternalData.locations(model);
			return names.isEmpty() ? null : of(model, names);
		}
		catch (IOException | IllegalArgumentException ex) {
			logger.debug("{} is left to the runtime", model, ex);
			return null;
		}
	}

	private static @Nullable LinkedWeights of(Path model, SortedSet<String> names) throws IOException {
		Path beside = Objects.requireNonNull(model.toAbsolutePath().normalize().getParent());
		Path real = Objects.requireNonNull(model.toRealPath().getParent());
		Map<String, Path> files = new HashMap<>();
		Path common = null;
		boolean outside = false;
		for (String name : names) {
			Path file = beside.resolve(name).normalize();
			if (!file.startsWith(beside)) {
				return null;
			}
			Path target = file.toRealPath();
			files.put(name, target);
			outside |= !target.startsWith(real) && !target.startsWith(beside.toRealPath());
			common = common(common, Objects.requireNonNull(target.getParent()));
		}
		if (!outside || common == null) {
			return null;
		}
		Path directory = common;
		return new LinkedWeights(directory, ExternalData.relocate(model,
				(name) -> directory.relativize(Objects.requireNonNull(files.get(name))).toString().replace('\\', '/')));
	}

	private static @Nullable Path common(@Nullable Path one, Path other) {
		Path common = (one != null) ? one : other;
		while (common != null && !other.startsWith(common)) {
			common = common.getParent();
		}
		return common;
	}

	OrtSession createSession(OrtEnvironment environment, SessionOptions options) throws OrtException {
		options.addConfigEntry(DIRECTORY, this.directory.toString());
		return environment.createSession(this.model, options);
	}

}
