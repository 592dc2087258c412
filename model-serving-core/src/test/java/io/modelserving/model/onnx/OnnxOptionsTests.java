package io.modelserving.model.onnx;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.model.onnx.ExecutionProvider.Cpu;
import io.modelserving.model.onnx.OnnxOptions.ExecutionMode;
import io.modelserving.model.onnx.OnnxOptions.GraphOptimization;
import io.modelserving.model.onnx.OnnxOptions.LogSeverity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OnnxOptionsTests {

	@Test
	void defaultsSuitAServer() {
		OnnxOptions options = OnnxOptions.defaults();
		assertThat(options.executionProviders()).containsExactly(new Cpu());
		assertThat(options.graphOptimization()).isEqualTo(GraphOptimization.ALL);
		assertThat(options.spinning()).isFalse();
	}

	@Test
	void whenThereIsNoProviderThenIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> OnnxOptions.defaults().withExecutionProviders())
			.withMessageContaining("no execution provider");
	}

	@Test
	void whenProviderIsThereTwiceThenIsRejected() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> OnnxOptions.defaults()
				.withExecutionProviders(new Cpu(), ExecutionProvider.of("CUDA", Map.of()),
						ExecutionProvider.of("cuda", Map.of("use_tf32", "0"))))
			.withMessageContaining("twice: [cpu, cuda, cuda]");
	}

	@Test
	void whenThreadsAreNegativeThenAreRejected() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new OnnxOptions(List.of(new Cpu()), GraphOptimization.ALL, ExecutionMode.PARALLEL, -1,
					false, true, true, null, Map.of(), LogSeverity.WARNING))
			.withMessageContaining("inter-op threads is -1");
	}

	@Test
	void whenConfigEntryIsBlankThenIsRejected() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> OnnxOptions.defaults().withConfigEntries(Map.of(" ", "1")))
			.withMessageContaining("name of an entry");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> OnnxOptions.defaults().withConfigEntries(Map.of("session.x", "")))
			.withMessageContaining("\"session.x\" is blank");
	}

}
