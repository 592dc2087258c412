package io.modelserving.model.onnx;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

/**
 * Runs a session and frees everything native that a run needs. Thread-safe as long as the
 * session is open.
 */
final class SessionRun {

	private final OrtSession session;

	private final OnnxTensors tensors;

	private final List<OnnxOutput> outputs;

	private final Set<String> outputNames;

	SessionRun(OrtSession session, OnnxSignature signature, OnnxTensors tensors) {
		this.session = session;
		this.tensors = tensors;
		this.outputs = signature.outputs();
		this.outputNames = this.outputs.stream()
			.map(OnnxOutput::name)
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	/**
	 * Run the session once.
	 * @param inputs tensors that the model's signature accepts
	 * @param workspace memory of the calling thread
	 * @return the outputs, on the heap
	 * @throws OrtException if the runtime fails
	 */
	NamedTensors execute(NamedTensors inputs, Workspace workspace) throws OrtException {
		try (NativeTensors natives = new NativeTensors()) {
			for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
				natives.add(input.getKey(), this.tensors.input(input.getKey(), input.getValue(), workspace));
			}
			try (Result result = this.session.run(natives.asMap(), this.outputNames)) {
				return read(result);
			}
		}
	}

	private NamedTensors read(Result result) throws OrtException {
		Map<String, Tensor> read = new LinkedHashMap<>();
		for (OnnxOutput output : this.outputs) {
			output.read(result.get(output.name()).orElseThrow(), read);
		}
		return NamedTensors.of(read);
	}

}
