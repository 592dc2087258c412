package io.modelserving.model.onnx;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;

import io.modelserving.model.onnx.ExecutionProvider.Cpu;
import io.modelserving.model.onnx.ExecutionProvider.Cuda;
import io.modelserving.model.onnx.ExecutionProvider.Named;
import io.modelserving.model.onnx.ExecutionProvider.TensorRt;

/**
 * Adds one execution provider to the options of a session.
 */
final class ProviderRegistration {

	private final OrtEnvironment environment;

	private final SessionOptions session;

	private final boolean cpuArena;

	private final int device;

	ProviderRegistration(OrtEnvironment environment, SessionOptions session, boolean cpuArena, int device) {
		this.environment = environment;
		this.session = session;
		this.cpuArena = cpuArena;
		this.device = device;
	}

	/**
	 * Add a provider.
	 * @param provider the provider
	 * @throws OrtException if the build of the runtime or the machine does not have it
	 * @throws IllegalArgumentException if it is unknown or takes no such options
	 */
	void add(ExecutionProvider provider) throws OrtException {
		Map<String, String> options = provider.options(this.device);
		if (provider instanceof Cpu) {
			this.session.addCPU(this.cpuArena);
		}
		else if (provider instanceof Cuda) {
			try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(this.device)) {
				for (Map.Entry<String, String> option : options.entrySet()) {
					cuda.add(option.getKey(), option.getValue());
				}
				this.session.addCUDA(cuda);
			}
		}
		else if (provider instanceof TensorRt) {
			try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(this.device)) {
				for (Map.Entry<String, String> option : options.entrySet()) {
					tensorRt.add(option.getKey(), option.getValue());
				}
				this.session.addTensorrt(tensorRt);
			}
		}
		else if (provider instanceof Named named) {
			add(named, options);
		}
	}

	private void add(Named provider, Map<String, String> options) throws OrtException {
		switch (provider.name()) {
			case "xnnpack" -> this.session.addXnnpack(options);
			case "qnn" -> this.session.addQnn(options);
			case "coreml" -> this.session.addCoreML(options);
			case "webgpu" -> this.session.addWebGPU(options);
			case "dnnl" -> withoutOptions(provider).addDnnl(this.cpuArena);
			case "rocm" -> withoutOptions(provider).addROCM(this.device);
			case "directml" -> withoutOptions(provider).addDirectML(this.device);
			case "nnapi" -> withoutOptions(provider).addNnapi();
			case "openvino" -> this.session.addOpenVINO(openVinoDevice(options));
			default -> addPlugin(provider, options);
		}
	}

	private SessionOptions withoutOptions(Named provider) {
		if (!provider.options().isEmpty()) {
			throw new IllegalArgumentException("execution provider \"%s\" takes no options, not %s"
				.formatted(provider.name(), provider.options().keySet()));
		}
		return this.session;
	}

	private static String openVinoDevice(Map<String, String> options) {
		if (options.isEmpty()) {
			return "";
		}
		String device = options.get("device_type");
		if (device == null || options.size() > 1) {
			throw new IllegalArgumentException(
					"execution provider \"openvino\" takes the option device_type alone, not " + options.keySet());
		}
		return device;
	}

	private void addPlugin(Named provider, Map<String, String> options) throws OrtException {
		List<OrtEpDevice> devices = this.environment.getEpDevices();
		List<OrtEpDevice> own = devices.stream().filter((device) -> isNamed(device, provider.name())).toList();
		if (own.isEmpty()) {
			throw new IllegalArgumentException(
					"execution provider \"%s\" is not known; there are %s and cpu, cuda, tensorrt, openvino, dnnl, rocm,"
						.formatted(provider.name(), devices.stream().map(OrtEpDevice::getEpName).distinct().toList())
							+ " directml, coreml, xnnpack, qnn, webgpu and nnapi where the runtime was built with them");
		}
		this.session.addExecutionProvider(List.of(own.get(Math.min(this.device, own.size() - 1))), options);
	}

	private static boolean isNamed(OrtEpDevice device, String name) {
		String own = device.getEpName().toLowerCase(Locale.ROOT);
		return own.equals(name) || own.equals(name + "executionprovider");
	}

}
