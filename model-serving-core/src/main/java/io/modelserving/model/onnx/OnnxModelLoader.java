package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import ai.onnxruntime.OrtException;

import io.modelserving.model.ComputeUnit;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.ModelGraph;
import io.modelserving.model.onnx.OnnxOptions.ExecutionMode;

/**
 * Loads models in the ONNX format. Thread-safe.
 */
public final class OnnxModelLoader implements ModelLoader {

	private final OnnxOptions options;

	private final List<OnnxSessionOptionsCustomizer> customizers;

	/**
	 * Create a loader with {@link OnnxOptions#defaults()}.
	 */
	public OnnxModelLoader() {
		this(OnnxOptions.defaults(), List.of());
	}

	/**
	 * Create a loader.
	 * @param options how models are run
	 * @param customizers what has the last word on the options of each session, in order
	 */
	public OnnxModelLoader(OnnxOptions options, List<OnnxSessionOptionsCustomizer> customizers) {
		this.options = options;
		this.customizers = List.copyOf(customizers);
	}

	@Override
	public Model load(Path file, ExecutionResources resources) {
		ModelFiles.check(file);
		OnnxEnvironment environment = OnnxEnvironment.get();
		DeclaredValues declared = DeclaredValues.read(file);
		OnnxSession session = create(environment, file, resources, declared);
		try {
			return OnnxModel.of(session, declared, environment, computeUnit(session, resources));
		}
		catch (OrtException ex) {
			close(session, ex);
			throw LoadFailures.undescribed(file, ex);
		}
		catch (UnsupportedValueException ex) {
			close(session, ex);
			throw LoadFailures.unsupported(file, ex);
		}
		catch (RuntimeException | Error ex) {
			close(session, ex);
			throw ex;
		}
	}

	private OnnxSession create(OnnxEnvironment environment, Path file, ExecutionResources resources,
			DeclaredValues declared) {
		MemoryWatch.Load load = MemoryWatch.PROCESS.begin(file);
		try {
			return new SessionFactory(environment, this.options, this.customizers).create(file, resources, declared);
		}
		finally {
			load.close();
		}
	}

	/**
	 * Errors are caught, too: a graph that takes too much memory or stack, or a version
	 * of Protobuf that does not fit, must not keep a model from being served.
	 */
	@Override
	public GraphAnalysis analyze(Path file) {
		try {
			return ModelGraph.read(file).analyze();
		}
		catch (IOException | RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError ex) {
			return GraphAnalysis.unknown("the graph cannot be read: " + ex);
		}
	}

	@Override
	public boolean usesAccelerator() {
		return !(this.options.executionProviders().get(0) instanceof ExecutionProvider.Cpu);
	}

	private ComputeUnit computeUnit(OnnxSession session, ExecutionResources resources) {
		if (!session.providers().get(0).equals("cpu")) {
			return ComputeUnit.ACCELERATOR;
		}
		boolean oneThread = resources.intraOpThreads() == 1 && this.options.executionMode() == ExecutionMode.SEQUENTIAL
				&& this.customizers.isEmpty();
		return oneThread ? ComputeUnit.CALLING_THREAD : ComputeUnit.PROCESSOR;
	}

	private static void close(OnnxSession session, Throwable failure) {
		try {
			session.close();
		}
		catch (OrtException ex) {
			failure.addSuppressed(ex);
		}
	}

}
