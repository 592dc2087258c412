package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Hardware or library that runs the operators of a model.
 */
public sealed interface ExecutionProvider {

	/**
	 * Return the name of the provider.
	 * @return the name as users configure it, in lower case
	 */
	String name();

	/**
	 * Return the options in the runtime's own terms.
	 * @param device the index of the device
	 * @return option names and values, in order
	 */
	Map<String, String> options(int device);

	/**
	 * Return the provider of a name.
	 * @param name {@code cpu}, {@code cuda}, {@code tensorrt}, or another that the build
	 * of ONNX Runtime has; case does not matter
	 * @param options options in the runtime's own terms, added to the defaults
	 * @return the provider
	 * @throws IllegalArgumentException if the name, or the name or value of an option is
	 * blank, or if the provider takes no options
	 */
	static ExecutionProvider of(String name, Map<String, String> options) {
		return switch (name.strip().toLowerCase(Locale.ROOT)) {
			case "cpu" -> {
				if (!options.isEmpty()) {
					throw new IllegalArgumentException(
							"execution provider \"cpu\" takes no options, not %s".formatted(options.keySet()));
				}
				yield new Cpu();
			}
			case "cuda" -> new Cuda(null, true, options);
			case "tensorrt" -> new TensorRt(false, false, null, null, options);
			default -> new Named(name, options);
		};
	}

	/**
	 * The processor. Every session has it in the end, for operators that no provider
	 * before it takes.
	 */
	record Cpu() implements ExecutionProvider {

		@Override
		public String name() {
			return "cpu";
		}

		@Override
		public Map<String, String> options(int device) {
			return Map.of();
		}

	}

	/**
	 * NVIDIA GPUs by CUDA. Takes the GPU build of ONNX Runtime. How to convolve is looked
	 * up for each new shape of a batch; the runtime's own default is to try out
	 * everything, which has calls wait for seconds whenever a batch is of a size that was
	 * not there before.
	 *
	 * @param memoryLimitBytes the size up to which the arena on the device may grow,
	 * {@code null} for all of them
	 * @param tensorFloat32 whether float matrices may be multiplied with the 10-bit
	 * mantissa of TF32, where the GPU can
	 * @param options further options in the runtime's own terms, which win
	 */
	record Cuda(@Nullable Long memoryLimitBytes, boolean tensorFloat32,
			Map<String, String> options) implements ExecutionProvider {

		public Cuda {
			OptionChecks.positive("memory limit of CUDA", memoryLimitBytes);
			options = OptionChecks.entries("option of the execution provider \"cuda\"", options);
		}

		@Override
		public String name() {
			return "cuda";
		}

		@Override
		public Map<String, String> options(int device) {
			Map<String, String> all = new LinkedHashMap<>();
			all.put("device_id", Integer.toString(device));
			if (this.memoryLimitBytes != null) {
				all.put("gpu_mem_limit", this.memoryLimitBytes.toString());
			}
			all.put("use_tf32", this.tensorFloat32 ? "1" : "0");
			all.put("cudnn_conv_algo_search", "HEURISTIC");
			all.putAll(this.options);
			return all;
		}

	}

	/**
	 * NVIDIA GPUs by TensorRT. Takes the GPU build of ONNX Runtime and TensorRT itself.
	 * What it cannot run goes to the next provider, which should be CUDA.
	 *
	 * @param fp16 whether to compute in FP16
	 * @param int8 whether to compute in INT8, for models quantized for it
	 * @param engineCache the directory in which to keep built engines, {@code null} to
	 * build them at every load, which takes minutes for large models
	 * @param maxWorkspaceBytes the memory that TensorRT may use to build an engine,
	 * {@code null} for its default
	 * @param options further options in the runtime's own terms, which win
	 */
	record TensorRt(boolean fp16, boolean int8, @Nullable Path engineCache, @Nullable Long maxWorkspaceBytes,
			Map<String, String> options) implements ExecutionProvider {

		public TensorRt {
			OptionChecks.positive("workspace of TensorRT", maxWorkspaceBytes);
			options = OptionChecks.entries("option of the execution provider \"tensorrt\"", options);
		}

		@Override
		public String name() {
			return "tensorrt";
		}

		@Override
		public Map<String, String> options(int device) {
			Map<String, String> all = new LinkedHashMap<>();
			all.put("device_id", Integer.toString(device));
			all.put("trt_fp16_enable", this.fp16 ? "1" : "0");
			all.put("trt_int8_enable", this.int8 ? "1" : "0");
			if (this.engineCache != null) {
				all.put("trt_engine_cache_enable", "1");
				all.put("trt_engine_cache_path", this.engineCache.toString());
				all.put("trt_timing_cache_enable", "1");
				all.put("trt_timing_cache_path", this.engineCache.toString());
			}
			if (this.maxWorkspaceBytes != null) {
				all.put("trt_max_workspace_size", this.maxWorkspaceBytes.toString());
			}
			all.putAll(this.options);
			return all;
		}

	}

	/**
	 * Any other provider that the build of ONNX Runtime has or a plug-in brought.
	 *
	 * @param name the name, kept in lower case
	 * @param options options in the runtime's own terms
	 */
	record Named(String name, Map<String, String> options) implements ExecutionProvider {

		public Named {
			name = OptionChecks.notBlank("name of an execution provider", name).strip().toLowerCase(Locale.ROOT);
			options = OptionChecks.entries("option of the execution provider \"" + name + "\"", options);
		}

		@Override
		public Map<String, String> options(int device) {
			return this.options;
		}

	}

}
