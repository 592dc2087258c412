package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.model.ModelLoadException;

import static org.assertj.core.api.Assertions.assertThat;

class RuntimeFailuresTests {

	@Test
	void whenRuntimeIsNotOnTheClassPathThenNamesTheDependency() {
		NoClassDefFoundError failure = new NoClassDefFoundError("ai/onnxruntime/OrtEnvironment");
		failure.initCause(new ClassNotFoundException("ai.onnxruntime.OrtEnvironment"));
		ModelLoadException described = RuntimeFailures.unavailable(failure);
		assertThat(described).hasMessage("ONNX Runtime is not on the class path");
		assertThat(described.action()).contains("model-serving-spring-boot-starter");
	}

	@Test
	void whenLibraryDoesNotSuitTheMachineThenSaysWhatWould() {
		ModelLoadException described = RuntimeFailures
			.unavailable(new ExceptionInInitializerError(new UnsatisfiedLinkError("libc.musl-x86_64.so.1: not found")));
		assertThat(described).hasMessageContaining("cannot be loaded on " + System.getProperty("os.name"))
			.hasMessageEndingWith("libc.musl-x86_64.so.1: not found");
		assertThat(described.action()).contains("glibc").contains("java.io.tmpdir");
	}

	@Test
	void whenNativeLibraryIsMissingThenEachLoadSaysSo(@TempDir Path empty) throws Exception {
		ChildJvm child = ChildJvm.run(LoadTwiceProgram.class, List.of("-Donnxruntime.native.path=" + empty));
		assertThat(child.exitCode()).as(child.output()).isEqualTo(3);
		assertThat(
				child.output().lines().filter((line) -> line.startsWith("the native library of ONNX Runtime 1.28.0")))
			.hasSize(2);
	}

	@Test
	void whenCommandLineIsLongThenTheRuntimeWorks() throws Exception {
		ChildJvm child = ChildJvm.run(LoadTwiceProgram.class, List.of("-Dpadding=" + "x".repeat(20_000)));
		assertThat(child.exitCode()).as(child.output()).isEqualTo(3);
		assertThat(child.output().lines().filter("loaded"::equals)).hasSize(2);
	}

	/**
	 * Loads a model two times.
	 */
	static final class LoadTwiceProgram {

		private LoadTwiceProgram() {
		}

		public static void main(String[] arguments) {
			for (int i = 0; i < 2; i++) {
				try {
					TestModels.load("affine.onnx").close();
					System.out.println("loaded");
				}
				catch (ModelLoadException ex) {
					System.out.println(ex.getMessage());
				}
			}
			System.exit(3);
		}

	}

}
