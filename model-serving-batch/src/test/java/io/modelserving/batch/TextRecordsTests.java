package io.modelserving.batch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.batch.RowReader.Position;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how a text is cut into records, from each of its positions.
 */
class TextRecordsTests {

	@TempDir
	private Path folder;

	@Test
	void linesAreCutAtLineBreaks() throws IOException {
		assertThat(records("\ufeffa\r\n\nb \"\n\"c", -1, 100)).containsExactly("1:a", "2:", "3:b \"", "4:\"c");
		assertThat(records("", -1, 100)).isEmpty();
		assertThat(records("\ufeff", -1, 100)).isEmpty();
		assertThat(records("a\n", -1, 100)).containsExactly("1:a");
		assertThat(records("\n\n", -1, 100)).containsExactly("1:", "2:");
	}

	@Test
	void quotationMarksHoldLinesTogetherWhereACellBeginsWithThem() throws IOException {
		assertThat(records("a,\"b\nc\",d\ne", ',', 100)).containsExactly("1:a,\"b\nc\",d", "3:e");
		assertThat(records("\"a\"\"\n\",x\nb", ',', 100)).containsExactly("1:\"a\"\"\n\",x", "3:b");
		assertThat(records("5\" pipe,\"\"\nb\"\nc", ',', 100)).containsExactly("1:5\" pipe,\"\"", "2:b\"", "3:c");
		assertThat(records("\"\",\"\"\nb", ',', 100)).containsExactly("1:\"\",\"\"", "2:b");
		assertThat(records("a;\"b\nc", ';', 100)).containsExactly("1:a;\"b\nc (open)");
		assertThat(records("a;\"b\nc", ',', 100)).containsExactly("1:a;\"b", "2:c");
	}

	@Test
	void whatIsTooLongIsLeftOut() throws IOException {
		assertThat(records("abc\nabcd\n\"abc\ndefgh\"\nx", ',', 3)).containsExactly("1:abc", "2:abcd (long)",
				"3:\"abc (long)", "5:x");
	}

	/** Reads from the beginning, and once more from each position. */
	private List<String> records(String text, int delimiter, int maxLength) throws IOException {
		Path file = this.folder.resolve("text");
		Files.writeString(file, text);
		List<String> all = new ArrayList<>();
		List<Position> positions = new ArrayList<>();
		try (TextRecords records = new TextRecords(file, Position.BEGINNING, delimiter, maxLength)) {
			positions.add(records.position());
			TextRecords.Text record = records.next();
			while (record != null) {
				all.add(describe(record));
				positions.add(records.position());
				record = records.next();
			}
		}
		for (int i = 0; i < positions.size(); i++) {
			List<String> rest = new ArrayList<>();
			try (TextRecords records = new TextRecords(file, positions.get(i), delimiter, maxLength)) {
				TextRecords.Text record = records.next();
				while (record != null) {
					rest.add(describe(record));
					record = records.next();
				}
			}
			assertThat(rest).isEqualTo(all.subList(i, all.size()));
		}
		return all;
	}

	private static String describe(TextRecords.Text record) {
		return record.line() + ":" + new String(record.bytes(), StandardCharsets.UTF_8)
				+ (record.tooLong() ? " (long)" : "") + (record.open() ? " (open)" : "");
	}

}
