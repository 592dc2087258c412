package io.modelserving.repository.cache;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Checksums}.
 */
class ChecksumsTests {

	@Test
	void whenAFileIsReadThenItsChecksumIsThatOfTheStandard(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("file"), "abc");
		assertThat(Checksums.sha256(file))
			.isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	}

	@Test
	void whenAFileIsLargerThanTheBufferThenAllOfItCounts(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("file"), "a".repeat(1_000_000));
		assertThat(Checksums.sha256(file))
			.isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	}

}
