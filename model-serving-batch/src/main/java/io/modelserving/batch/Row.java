package io.modelserving.batch;

import java.nio.file.Path;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A row of the input, as it was read and not yet understood.
 *
 * @param place where it is: the number of its line or row, from 1 on, or the name of its
 * file
 * @param content what it is
 */
record Row(Object place, Content content) {

	/**
	 * What a row is.
	 */
	sealed interface Content {

		/**
		 * Return how many bytes of memory the row takes, about.
		 */
		default long size() {
			return 1;
		}

	}

	/**
	 * Text, in UTF-8.
	 *
	 * @param bytes the text
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Text(byte[] bytes) implements Content {

		@Override
		public long size() {
			return this.bytes.length;
		}

	}

	/**
	 * Values by the names of their columns.
	 *
	 * @param values numbers, texts, lists and the like; what is missing is {@code null}
	 */
	record Columns(Map<String, @Nullable Object> values) implements Content {

		@Override
		public long size() {
			return this.values.values().stream().mapToLong((value) -> 64 + 2L * String.valueOf(value).length()).sum();
		}

	}

	/**
	 * A picture.
	 *
	 * @param path the file
	 */
	record File(Path path) implements Content {
	}

	/**
	 * Nothing that could be understood.
	 *
	 * @param reason why
	 */
	record Broken(String reason) implements Content {
	}

}
