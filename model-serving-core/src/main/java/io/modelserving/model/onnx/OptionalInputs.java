package io.modelserving.model.onnx;

import java.lang.reflect.Field;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import ai.onnxruntime.OrtSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.tensor.TensorSpec;

/**
 * The inputs of a session that have a default. The runtime takes them, but its Java API
 * rejects each name that is not one of the required inputs. So calls that give some go
 * through a second Java object over the same native session, whose list of names is
 * replaced by reflection.
 *
 * @param specs the optional inputs, none if this version of the Java API does not let
 * itself be changed
 * @param session runs calls that give some of them, {@code null} if there are none; never
 * closed, and not to be used once the session itself is
 */
record OptionalInputs(List<TensorSpec> specs, @Nullable OrtSession session) {

	private static final OptionalInputs NONE = new OptionalInputs(List.of(), null);

	private static final Logger logger = LoggerFactory.getLogger(OptionalInputs.class);

	/**
	 * Find the optional inputs.
	 * @param session the session
	 * @param declared the inputs that have a default by the file of the model
	 * @return those that the session can be given
	 */
	static OptionalInputs of(OrtSession session, List<TensorSpec> declared) {
		Set<String> names = new LinkedHashSet<>(session.getInputNames());
		List<TensorSpec> specs = declared.stream().filter((spec) -> names.add(spec.name())).toList();
		if (specs.isEmpty()) {
			return NONE;
		}
		try {
			Field allocator = OrtInternals.field(OrtSession.class, "allocator");
			long handle = OrtInternals.field(OrtSession.class, "nativeHandle").getLong(session);
			OrtSession second = OrtInternals.constructor(OrtSession.class, long.class, allocator.getType())
				.newInstance(handle, allocator.get(session));
			OrtInternals.field(OrtSession.class, "inputNames").set(second, names);
			OrtInternals.field(OrtSession.class, "numInputs").setLong(second, names.size());
			return new OptionalInputs(specs, second);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			logger.warn("The inputs {} keep their defaults: this version of ONNX Runtime takes no others from Java",
					specs, ex);
			return NONE;
		}
	}

}
