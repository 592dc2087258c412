package io.modelserving.model.onnx;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that nothing that an application does while its JVM shuts down aborts the JVM.
 */
class ShutdownTests {

	@ParameterizedTest
	@CsvSource({ "failing-runs, failed as expected", "failing-runs-without-the-reference, failed as expected",
			"long-run, 'run ended, then closed'", "load, loaded",
			"first-load, 'the JVM is shutting down, so no model is loaded any more'",
			"environment-of-another-library, failed as expected" })
	void whenJvmShutsDownThenTheRuntimeGoesOnWorking(String work, String outcome) throws Exception {
		ChildJvm child = ChildJvm.run(ShutdownProgram.class, List.of(), work);
		assertThat(child.output()).contains(outcome);
		assertThat(child.exitCode()).as(child.output()).isEqualTo(3);
	}

}
