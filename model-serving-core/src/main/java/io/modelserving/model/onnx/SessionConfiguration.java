package io.modelserving.model.onnx;

import java.util.LinkedHashMap;
import java.util.Map;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

import io.modelserving.model.onnx.OnnxOptions.GraphOptimization;
import io.modelserving.model.onnx.OnnxOptions.LogSeverity;

/**
 * Turns {@link OnnxOptions} into calls on the runtime's session options, but for the
 * execution providers.
 */
final class SessionConfiguration {

	private static final String DISABLED_OPTIMIZERS = "optimization.disable_specified_optimizers";

	private static final String HALF_PRECISION_OPTIMIZER = "FuseFp16InitializerToFp32NodeTransformer";

	private SessionConfiguration() {
	}

	static void apply(OnnxOptions options, int intraOpThreads, SessionOptions session) throws OrtException {
		session.setIntraOpNumThreads(intraOpThreads);
		session.setInterOpNumThreads(options.interOpThreads());
		session.setExecutionMode(switch (options.executionMode()) {
			case SEQUENTIAL -> ExecutionMode.SEQUENTIAL;
			case PARALLEL -> ExecutionMode.PARALLEL;
		});
		session.setOptimizationLevel(level(options.graphOptimization()));
		session.setCPUArenaAllocator(options.cpuArena());
		session.setMemoryPatternOptimization(options.memoryPattern());
		session.setSessionLogLevel(level(options.logSeverity()));
		for (Map.Entry<String, String> entry : entries(options).entrySet()) {
			session.addConfigEntry(entry.getKey(), entry.getValue());
		}
	}

	/**
	 * Have initializers of half precision stay as they are: the optimizer of ONNX Runtime
	 * 1.28 that converts them ends the process where one of them is an input, too.
	 */
	static void keepHalfPrecision(OnnxOptions options, SessionOptions session) throws OrtException {
		String others = options.configEntries().get(DISABLED_OPTIMIZERS);
		session.addConfigEntry(DISABLED_OPTIMIZERS,
				(others == null) ? HALF_PRECISION_OPTIMIZER : others + ";" + HALF_PRECISION_OPTIMIZER);
	}

	private static Map<String, String> entries(OnnxOptions options) {
		Map<String, String> entries = new LinkedHashMap<>();
		String spinning = options.spinning() ? "1" : "0";
		entries.put("session.intra_op.allow_spinning", spinning);
		entries.put("session.inter_op.allow_spinning", spinning);
		entries.putAll(options.configEntries());
		return entries;
	}

	private static OptLevel level(GraphOptimization optimization) {
		return switch (optimization) {
			case NONE -> OptLevel.NO_OPT;
			case BASIC -> OptLevel.BASIC_OPT;
			case EXTENDED -> OptLevel.EXTENDED_OPT;
			case ALL -> OptLevel.ALL_OPT;
		};
	}

	private static OrtLoggingLevel level(LogSeverity severity) {
		return switch (severity) {
			case VERBOSE -> OrtLoggingLevel.ORT_LOGGING_LEVEL_VERBOSE;
			case INFO -> OrtLoggingLevel.ORT_LOGGING_LEVEL_INFO;
			case WARNING -> OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
			case ERROR -> OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
			case FATAL -> OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
		};
	}

}
