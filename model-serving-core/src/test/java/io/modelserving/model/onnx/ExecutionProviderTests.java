package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.model.onnx.ExecutionProvider.Cpu;
import io.modelserving.model.onnx.ExecutionProvider.Cuda;
import io.modelserving.model.onnx.ExecutionProvider.Named;
import io.modelserving.model.onnx.ExecutionProvider.TensorRt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ExecutionProviderTests {

	@Test
	void namesAreReadWhateverTheirCase() {
		assertThat(ExecutionProvider.of("CPU", Map.of())).isEqualTo(new Cpu());
		assertThat(ExecutionProvider.of(" Cuda ", Map.of())).isEqualTo(new Cuda(null, true, Map.of()));
		assertThat(ExecutionProvider.of("TensorRT", Map.of()))
			.isEqualTo(new TensorRt(false, false, null, null, Map.of()));
		assertThat(ExecutionProvider.of("OpenVINO", Map.of())).isEqualTo(new Named("openvino", Map.of()));
	}

	@Test
	void cudaRunsOnTheDevice() {
		assertThat(new Cuda(null, true, Map.of()).options(3)).containsExactlyInAnyOrderEntriesOf(
				Map.of("device_id", "3", "use_tf32", "1", "cudnn_conv_algo_search", "HEURISTIC"));
	}

	@Test
	void cudaLimitsItsMemory() {
		assertThat(new Cuda(1L << 31, false, Map.of()).options(0)).containsEntry("gpu_mem_limit", "2147483648")
			.containsEntry("use_tf32", "0");
	}

	@Test
	void whenOptionIsGivenInTheRuntimesTermsThenWins() {
		assertThat(new Cuda(null, true, Map.of("use_tf32", "0", "cudnn_conv_algo_search", "DEFAULT")).options(0))
			.containsEntry("use_tf32", "0")
			.containsEntry("cudnn_conv_algo_search", "DEFAULT");
	}

	@Test
	void tensorRtKeepsItsEngines() {
		Map<String, String> expected = new LinkedHashMap<>();
		expected.put("device_id", "1");
		expected.put("trt_fp16_enable", "1");
		expected.put("trt_int8_enable", "0");
		expected.put("trt_engine_cache_enable", "1");
		expected.put("trt_engine_cache_path", Path.of("/cache").toString());
		expected.put("trt_timing_cache_enable", "1");
		expected.put("trt_timing_cache_path", Path.of("/cache").toString());
		expected.put("trt_max_workspace_size", "1024");
		assertThat(new TensorRt(true, false, Path.of("/cache"), 1024L, Map.of()).options(1)).isEqualTo(expected);
	}

	@Test
	void whenCpuHasOptionsThenTheyAreRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> ExecutionProvider.of("cpu", Map.of("arena", "false")))
			.withMessageContaining("takes no options, not [arena]");
	}

	@Test
	void whenNameOrOptionIsBlankThenIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> ExecutionProvider.of(" ", Map.of()))
			.withMessageContaining("name of an execution provider is blank");
		assertThatIllegalArgumentException().isThrownBy(() -> ExecutionProvider.of("cuda", Map.of("use_tf32", " ")))
			.withMessageContaining("\"use_tf32\" is blank");
	}

	@Test
	void whenLimitIsNotPositiveThenIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Cuda(0L, true, Map.of()))
			.withMessageContaining("memory limit of CUDA is 0");
	}

}
