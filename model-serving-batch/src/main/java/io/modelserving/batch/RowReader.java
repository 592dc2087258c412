package io.modelserving.batch;

import java.io.Closeable;
import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a part of the input, one after the other. For one thread.
 */
interface RowReader extends Closeable {

	/**
	 * Read a row.
	 * @return the row, or {@code null} after the last one
	 * @throws IOException if the input cannot be read
	 */
	@Nullable Row read() throws IOException;

	/**
	 * Return where the next row is, to go on from there another time.
	 */
	Position position();

	/**
	 * Return which part of the rows was read.
	 * @return a number from 0 to 1
	 */
	double fraction();

	/**
	 * A place between two rows.
	 *
	 * @param offset a number of bytes, or of rows
	 * @param number the number of the line or row
	 */
	record Position(long offset, long number) {

		static final Position BEGINNING = new Position(0, 1);

	}

}
