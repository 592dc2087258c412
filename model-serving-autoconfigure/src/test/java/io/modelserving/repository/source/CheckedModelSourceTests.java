package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.repository.OnnxFiles;
import io.modelserving.repository.cache.Checksums;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link CheckedModelSource}.
 */
class CheckedModelSourceTests {

	private static final String OTHER = "0123456789abcdef".repeat(4);

	@TempDir
	private Path directory;

	private Path model;

	@BeforeEach
	void writeModel() {
		this.model = OnnxFiles.adding(this.directory.resolve("1/model.onnx"), 1);
	}

	@Test
	void whenNothingIsGivenThenTheFileIsUsedAsItIs() throws IOException {
		try (LocalFile file = source(null).open()) {
			assertThat(file.path()).isEqualTo(this.model);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sha256:%s", "%s", " SHA256:%s " })
	void whenTheChecksumIsRightThenTheFileIsUsed(String format) throws IOException {
		String text = format.formatted(Checksums.sha256(this.model)).replace("SHA256", "sha256");
		source(Checksum.of(text)).open().close();
	}

	@Test
	void whenTheChecksumIsWrongThenBothAreSaid() throws IOException {
		ModelLoadException ex = failure(Checksum.of("sha256:" + OTHER));
		assertThat(ex).hasMessage("%s has the checksum sha256:%s, expected is sha256:%s", this.model,
				Checksums.sha256(this.model), OTHER);
		assertThat(ex.action()).contains("model-serving.models.<name>.checksum");
	}

	@ParameterizedTest
	@ValueSource(strings = { "%s", "%s  model.onnx\n", "%s *model.onnx\n\n" })
	void whenAFileBesideHasTheChecksumThenItIsCompared(String format) throws IOException {
		Path beside = this.model.resolveSibling("model.onnx.sha256");
		Files.writeString(beside, format.formatted(Checksums.sha256(this.model)));
		source(null).open().close();
		Files.writeString(beside, format.formatted(OTHER));
		assertThat(failure(null)).hasMessageContaining("has the checksum sha256:%s, expected is sha256:%s",
				Checksums.sha256(this.model), OTHER);
	}

	@Test
	void whenAFileBesideHasTheChecksumOfTheWeightsThenTheyAreComparedToo() throws IOException {
		OnnxFiles.write(this.model, OnnxFiles.referringTo("weights.bin"));
		Path weights = OnnxFiles.write(this.model.resolveSibling("weights.bin"), OnnxFiles.bytes(1));
		Files.writeString(this.model.resolveSibling("model.onnx.sha256"),
				"%s  model.onnx%n%s  weights.bin%n".formatted(Checksums.sha256(this.model), Checksums.sha256(weights)));
		source(null).open().close();
		OnnxFiles.write(weights, OnnxFiles.bytes(2));
		assertThat(failure(null)).hasMessageStartingWith(weights + " has the checksum ");
		Files.delete(weights);
		assertThat(failure(null)).hasMessage("%s does not exist, but has a checksum", weights);
	}

	@ParameterizedTest
	@ValueSource(strings = { "%s  ../model.onnx", "%s  /etc/passwd", "no checksum", "%s%s" })
	void whenTheFileWithTheChecksumMakesNoSenseThenItSaysSo(String format) throws IOException {
		Files.writeString(this.model.resolveSibling("model.onnx.sha256"), format.formatted(OTHER, OTHER));
		assertThat(failure(null)).hasMessageStartingWith(this.model + ".sha256 ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "../2/weights.bin", "/etc/hostname", "..\\weights.bin" })
	void whenTheModelRefersToAFileOutsideThenItIsRejected(String location) {
		OnnxFiles.write(this.directory.resolve("2/weights.bin"), OnnxFiles.bytes(1));
		OnnxFiles.write(this.model, OnnxFiles.referringTo(location));
		assertThat(failure(null)).hasMessage("%s refers to external data \"%s\", which is outside of its directory",
				this.model, location);
	}

	@Test
	void whenTheModelRefersToAFileThatIsMissingThenItMayBeTriedAgain() {
		OnnxFiles.write(this.model, OnnxFiles.referringTo("weights.bin"));
		ModelLoadException ex = failure(null);
		assertThat(ex).hasMessage("%s refers to external data \"weights.bin\", which is not there", this.model);
		assertThat(ex.isRetryable()).isTrue();
	}

	@Test
	void whenTheFileIsOnlyAPartOfAModelThenItSaysSo() {
		byte[] content = OnnxFiles.adding(1);
		OnnxFiles.write(this.model, Arrays.copyOf(content, content.length - 3));
		assertThat(failure(null)).hasMessageStartingWith(this.model + " is not an ONNX model, or only a part of one: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "sha256:", "sha256:12", "md5:0123456789abcdef0123456789abcdef" })
	void whenTextIsNoChecksumThenSaysWhatIs(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Checksum.of(text))
			.withMessage("\"%s\" is no checksum; it must be \"sha256:\" and 64 hexadecimal digits", text);
	}

	private CheckedModelSource source(Checksum expected) {
		return new CheckedModelSource(new FileModelSource(this.model, "model"), expected);
	}

	private ModelLoadException failure(Checksum expected) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class, source(expected)::open);
		assertThat(ex).isNotNull();
		return ex;
	}

}
