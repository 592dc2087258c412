package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How ONNX Runtime runs a model. Immutable.
 *
 * @param executionProviders the providers, in order: each operator is run by the first
 * that can. One that is not available here is passed over if another follows it, so a
 * list that ends in {@code cpu} loads anywhere and one without fails to load without the
 * hardware
 * @param graphOptimization how far the graph is optimized
 * @param executionMode whether operators run one by one or side by side
 * @param interOpThreads the threads that run operators side by side in
 * {@link ExecutionMode#PARALLEL}; 0 for the runtime's choice
 * @param spinning whether threads that wait for work burn their core for a while before
 * they sleep
 * @param cpuArena whether memory on the processor comes from an arena, which is faster
 * and keeps its peak
 * @param memoryPattern whether the memory of a run is planned from the run before
 * @param optimizedModelCache the directory in which to keep optimized graphs, to load
 * faster the next time; {@code null} for none
 * @param configEntries session options in the runtime's own terms, such as
 * {@code session.set_denormal_as_zero}, which win; the runtime does not tell unknown ones
 * @param logSeverity the lowest severity of what the runtime writes to the standard error
 * stream
 */
public record OnnxOptions(List<ExecutionProvider> executionProviders, GraphOptimization graphOptimization,
		ExecutionMode executionMode, int interOpThreads, boolean spinning, boolean cpuArena, boolean memoryPattern,
		@Nullable Path optimizedModelCache, Map<String, String> configEntries, LogSeverity logSeverity) {

	/**
	 * Create options.
	 * @throws IllegalArgumentException if there is no execution provider or one twice, if
	 * a number is negative, or if the name or value of an entry is blank
	 */
	public OnnxOptions {
		executionProviders = List.copyOf(executionProviders);
		if (executionProviders.isEmpty()) {
			throw new IllegalArgumentException("there is no execution provider; one is needed, for instance cpu");
		}
		List<String> names = executionProviders.stream().map(ExecutionProvider::name).toList();
		if (names.stream().distinct().count() < names.size()) {
			throw new IllegalArgumentException("an execution provider is listed twice: " + names);
		}
		OptionChecks.notNegative("number of inter-op threads", interOpThreads);
		configEntries = OptionChecks.entries("entry of the session's configuration", configEntries);
	}

	/**
	 * Return options that suit a server: on the processor, fully optimized, operators one
	 * by one, no spinning.
	 * @return the options
	 */
	public static OnnxOptions defaults() {
		return new OnnxOptions(List.of(new ExecutionProvider.Cpu()), GraphOptimization.ALL, ExecutionMode.SEQUENTIAL, 1,
				false, true, true, null, Map.of(), LogSeverity.WARNING);
	}

	public OnnxOptions withExecutionProviders(ExecutionProvider... providers) {
		return new OnnxOptions(List.of(providers), this.graphOptimization, this.executionMode, this.interOpThreads,
				this.spinning, this.cpuArena, this.memoryPattern, this.optimizedModelCache, this.configEntries,
				this.logSeverity);
	}

	public OnnxOptions withOptimizedModelCache(@Nullable Path directory) {
		return new OnnxOptions(this.executionProviders, this.graphOptimization, this.executionMode, this.interOpThreads,
				this.spinning, this.cpuArena, this.memoryPattern, directory, this.configEntries, this.logSeverity);
	}

	public OnnxOptions withConfigEntries(Map<String, String> entries) {
		return new OnnxOptions(this.executionProviders, this.graphOptimization, this.executionMode, this.interOpThreads,
				this.spinning, this.cpuArena, this.memoryPattern, this.optimizedModelCache, entries, this.logSeverity);
	}

	/**
	 * How far a graph is optimized; each level includes those before it.
	 */
	public enum GraphOptimization {

		/** Not at all. */
		NONE,

		/** Constants are folded and redundant operators removed. */
		BASIC,

		/** Operators are fused. */
		EXTENDED,

		/** Everything, data layouts that suit the processor included. */
		ALL

	}

	/**
	 * Order in which the operators of one run are executed.
	 */
	public enum ExecutionMode {

		/** One after the other. */
		SEQUENTIAL,

		/** Side by side where the graph has branches. */
		PARALLEL

	}

	/**
	 * Severity of what the runtime logs.
	 */
	public enum LogSeverity {

		/** Everything. */
		VERBOSE,

		/** Information and what is worse. */
		INFO,

		/** Warnings and errors. */
		WARNING,

		/** Errors. */
		ERROR,

		/** Only what ends the process. */
		FATAL

	}

}
