package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.RunOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.ModelSignature;
import io.modelserving.model.RunControl;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

/**
 * Runs a session and frees everything native that a run needs. Thread-safe as long as the
 * session is open.
 */
final class SessionRun {

	private static final Logger logger = LoggerFactory.getLogger(SessionRun.class);

	private final OrtSession session;

	private final ModelSignature signature;

	private final OptionalInputs optionalInputs;

	private final OnnxTensors tensors;

	private final List<OnnxOutput> outputs;

	private final PreallocatedOutputs pins;

	/**
	 * Whether the session has run with its outputs pinned, so that failures have other
	 * causes.
	 */
	private volatile boolean proven;

	SessionRun(OrtSession session, OnnxSignature signature, OnnxTensors tensors) {
		this.session = session;
		this.signature = signature.signature();
		this.optionalInputs = signature.optionalInputs();
		this.tensors = tensors;
		this.outputs = signature.outputs();
		this.pins = new PreallocatedOutputs(this.signature,
				this.outputs.stream()
					.filter(TensorOutput.class::isInstance)
					.map((output) -> ((TensorOutput) output).spec())
					.toList());
	}

	/**
	 * Run the session once, or, where the outputs pinned may be why it failed, again
	 * without.
	 * @param inputs tensors that the model's signature accepts
	 * @param workspace memory of the calling thread
	 * @return the outputs, on the heap
	 * @throws OrtException if the runtime fails
	 */
	NamedTensors execute(NamedTensors inputs, Workspace workspace) throws OrtException {
		return executePinned(inputs, workspace, null);
	}

	/**
	 * As {@link #execute(NamedTensors, Workspace)}, under a control that can end the run.
	 * @param inputs tensors that the model's signature accepts
	 * @param workspace memory of the calling thread
	 * @param control ends the run
	 * @return the outputs, on the heap
	 * @throws OrtException if the runtime fails, or the run was ended
	 */
	NamedTensors execute(NamedTensors inputs, Workspace workspace, RunControl control) throws OrtException {
		try (RunOptions options = new RunOptions()) {
			control.onTerminate(() -> terminate(options));
			try {
				return executePinned(inputs, workspace, options);
			}
			finally {
				// before the options are closed: their memory is freed
				control.ended();
			}
		}
	}

	private static void terminate(RunOptions options) {
		try {
			options.setTerminate(true);
		}
		catch (OrtException ex) {
			logger.warn("ONNX Runtime cannot end a run", ex);
		}
	}

	private NamedTensors executePinned(NamedTensors inputs, Workspace workspace, @Nullable RunOptions options)
			throws OrtException {
		Map<String, Shape> pinned = this.pins.predict(inputs);
		try {
			NamedTensors outputs = execute(inputs, pinned, workspace, options);
			if (!pinned.isEmpty()) {
				this.proven = true;
			}
			return outputs;
		}
		catch (OrtException ex) {
			if (pinned.isEmpty() || (this.proven && !isAboutOutputs(ex))) {
				throw ex;
			}
			// a run that was ended ends here at once
			NamedTensors outputs = execute(inputs, Map.of(), workspace, options);
			this.pins.learn(pinned, outputs);
			return outputs;
		}
	}

	/**
	 * Run the session once, and have the runtime free what it has kept of this run and
	 * others.
	 * @param inputs tensors that the model's signature accepts
	 * @param workspace memory of the calling thread
	 * @return the outputs, on the heap
	 * @throws OrtException if the runtime fails
	 */
	NamedTensors executeAndRelease(NamedTensors inputs, Workspace workspace) throws OrtException {
		try (RunOptions options = new RunOptions()) {
			options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
			return execute(inputs, Map.of(), workspace, options);
		}
		catch (OrtException ex) {
			// without an arena there is nothing to free, and the runtime takes it for a
			// mistake
			return execute(inputs, workspace);
		}
	}

	private static boolean isAboutOutputs(OrtException failure) {
		return String.valueOf(failure.getMessage()).contains("for output");
	}

	private NamedTensors execute(NamedTensors inputs, Map<String, Shape> pinned, Workspace workspace,
			@Nullable RunOptions options) throws OrtException {
		try (NativeTensors in = new NativeTensors(); NativeTensors out = new NativeTensors()) {
			for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
				this.tensors.input(input.getKey(), input.getValue(), workspace, in);
			}
			Map<String, ByteBuffer> memory = new LinkedHashMap<>();
			Set<String> requested = new LinkedHashSet<>();
			for (OnnxOutput output : this.outputs) {
				String name = output.name();
				Shape shape = pinned.get(name);
				if (shape == null) {
					requested.add(name);
					continue;
				}
				TensorSpec spec = output.specs().get(0);
				ByteBuffer buffer = workspace.buffer("onnx.output." + name,
						(int) shape.elementCount() * spec.dataType().elementBytes());
				memory.put(name, buffer);
				out.add(name, this.tensors.over(name, spec.dataType(), shape, buffer));
			}
			try (Result result = sessionFor(inputs).run(in.asMap(), requested, out.asMap(), options)) {
				return read(result, pinned, memory);
			}
		}
	}

	private OrtSession sessionFor(NamedTensors inputs) {
		OrtSession withOptionalInputs = this.optionalInputs.session();
		return (withOptionalInputs != null && inputs.names().size() > this.signature.inputs().size())
				? withOptionalInputs : this.session;
	}

	private NamedTensors read(Result result, Map<String, Shape> pinned, Map<String, ByteBuffer> memory)
			throws OrtException {
		Map<String, Tensor> read = new LinkedHashMap<>();
		for (OnnxOutput output : this.outputs) {
			String name = output.name();
			ByteBuffer buffer = memory.get(name);
			Shape shape = pinned.get(name);
			if (buffer == null || shape == null) {
				output.read(result.get(name).orElseThrow(), read);
			}
			else {
				ByteBuffer copy = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
				read.put(name, Tensor.of(output.specs().get(0).dataType(), shape, copy));
			}
		}
		return NamedTensors.of(read);
	}

}
