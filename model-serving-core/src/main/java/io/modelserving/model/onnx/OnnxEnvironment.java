package io.modelserving.model.onnx;

import java.lang.reflect.Method;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.ModelLoadException;

/**
 * The one environment of ONNX Runtime that a JVM has, made here unless another library
 * was first. Never closed.
 * <p>
 * The runtime's Java API releases the native environment in a JVM shutdown hook, which
 * runs at the same time as all others. A run that fails after that aborts the JVM, since
 * the runtime's logger is gone. The native environment counts its references, so one more
 * is taken here and kept.
 *
 * @param environment the environment
 * @param unsignedTensors creates tensors of unsigned types, {@code null} if this runtime
 * cannot
 * @param textReader reads strings of any characters, {@code null} if this runtime cannot
 * @param retained whether the environment outlives the shutdown hook; if not, sessions
 * must not log
 */
record OnnxEnvironment(OrtEnvironment environment, @Nullable UnsignedTensors unsignedTensors,
		@Nullable TextReader textReader, boolean retained) {

	private static final Logger logger = LoggerFactory.getLogger(OnnxEnvironment.class);

	private static @Nullable OnnxEnvironment instance;

	/**
	 * Return the environment.
	 * @return the environment
	 * @throws ModelLoadException if the runtime is not there, does not suit the machine,
	 * or must not be used, or if the JVM shuts down
	 */
	static synchronized OnnxEnvironment get() {
		if (instance == null) {
			instance = create();
		}
		return instance;
	}

	private static OnnxEnvironment create() {
		String objection = OnnxRuntimes.objection(OnnxRuntimes.version(), System.getProperty("os.name"),
				System.getenv());
		if (objection != null) {
			throw new ModelLoadException(objection,
					"Use version 1.28.0, or set the environment variable ORT_DISABLE_TELEMETRY=1.", false, null);
		}
		try {
			OrtEnvironment environment = OrtEnvironment.getEnvironment();
			boolean retained = retain(environment);
			return new OnnxEnvironment(environment, UnsignedTensors.find(environment), textReader(environment),
					retained);
		}
		catch (LinkageError | RuntimeException ex) {
			throw RuntimeFailures.unavailable(ex);
		}
	}

	private static boolean retain(OrtEnvironment environment) {
		try {
			Method create = OrtInternals.method(OrtEnvironment.class, "createHandle", long.class, int.class,
					String.class);
			long handle = (long) create.invoke(null, OrtInternals.apiHandle(),
					OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(), OrtEnvironment.DEFAULT_NAME);
			return handle == OrtInternals.field(OrtEnvironment.class, "nativeHandle").getLong(environment);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			logger.warn("Cannot keep ONNX Runtime {} alive during the shutdown of the JVM; its sessions will not log",
					environment.getVersion(), ex);
			return false;
		}
	}

	private static @Nullable TextReader textReader(OrtEnvironment environment) {
		try {
			return new TextReader(environment);
		}
		catch (OrtException ex) {
			logger.warn(
					"Emoji and U+0000 in text that models give are read wrong: ONNX Runtime {} has no regular expressions",
					environment.getVersion(), ex);
			return null;
		}
	}

}
