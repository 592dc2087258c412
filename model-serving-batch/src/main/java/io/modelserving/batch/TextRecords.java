package io.modelserving.batch;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.modelserving.batch.RowReader.Position;

/**
 * Cuts a text into records: lines, or lines that quotation marks hold together. Knows
 * where each begins. For one thread.
 */
final class TextRecords implements Closeable {

	/** A record that is longer is left out. */
	static final int MAX_LENGTH = 64 << 20;

	private static final int BUFFER = 256 << 10;

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xef, (byte) 0xbb, (byte) 0xbf };

	private final FileChannel channel;

	/** What is between two cells, or -1 if quotation marks mean nothing. */
	private final int delimiter;

	private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);

	private final ByteArrayOutputStream record = new ByteArrayOutputStream();

	private final int maxLength;

	private long offset;

	private long line;

	/**
	 * Open a file.
	 * @param file the file
	 * @param from where to begin, at the beginning of a record
	 * @param delimiter what is between two cells, of which quotation marks hold lines
	 * together, or -1 if they mean nothing
	 * @param maxLength the length over which a record is left out
	 */
	TextRecords(Path file, Position from, int delimiter, int maxLength) throws IOException {
		this.channel = FileChannel.open(file);
		this.delimiter = delimiter;
		this.maxLength = maxLength;
		this.offset = from.offset();
		this.line = from.number();
		this.channel.position(this.offset);
		if (this.offset == 0) {
			passMark();
		}
	}

	private void passMark() throws IOException {
		fill();
		byte[] bytes = this.buffer.array();
		if (this.buffer.remaining() >= BYTE_ORDER_MARK.length && bytes[0] == BYTE_ORDER_MARK[0]
				&& bytes[1] == BYTE_ORDER_MARK[1] && bytes[2] == BYTE_ORDER_MARK[2]) {
			this.buffer.position(BYTE_ORDER_MARK.length);
			this.offset = BYTE_ORDER_MARK.length;
		}
	}

	/**
	 * Return where the next record begins.
	 */
	Position position() {
		return new Position(this.offset, this.line);
	}

	/**
	 * Read a record.
	 * @return the record without its line break, {@code null} at the end of the file
	 */
	@Nullable Text next() throws IOException {
		this.record.reset();
		long start = this.offset;
		long firstLine = this.line;
		boolean open = false;
		boolean closed = false;
		int before = this.delimiter;
		while (this.buffer.hasRemaining() || fill()) {
			byte[] bytes = this.buffer.array();
			int from = this.buffer.position();
			int end = this.buffer.limit();
			for (int i = from; i < end; i++) {
				byte one = bytes[i];
				// a cell begins with a mark, and a doubled mark opens it again
				boolean opens = one == '"' && !open && this.delimiter >= 0 && (before == this.delimiter || closed);
				closed = one == '"' && open;
				open = (open && !closed) || opens;
				before = one;
				if (one == '\n') {
					this.line++;
					if (!open) {
						keep(bytes, from, i);
						this.offset += i + 1 - from;
						this.buffer.position(i + 1);
						return text(firstLine, start, false);
					}
				}
			}
			keep(bytes, from, end);
			this.offset += end - from;
			this.buffer.position(end);
		}
		return (this.offset > start) ? text(firstLine, start, open) : null;
	}

	private boolean fill() throws IOException {
		this.buffer.clear();
		int count = this.channel.read(this.buffer);
		this.buffer.flip();
		return count > 0;
	}

	private void keep(byte[] bytes, int from, int to) {
		int room = Math.max(0, this.maxLength + 1 - this.record.size());
		this.record.write(bytes, from, Math.min(to - from, room));
	}

	private Text text(long firstLine, long start, boolean open) {
		byte[] bytes = this.record.toByteArray();
		int length = bytes.length;
		if (length > 0 && bytes[length - 1] == '\r') {
			length--;
		}
		return new Text(firstLine, start, (length == bytes.length) ? bytes : Arrays.copyOf(bytes, length),
				length > this.maxLength, open);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * A record.
	 *
	 * @param line the number of its first line
	 * @param start where it begins
	 * @param bytes the text, as far as it is not too long
	 * @param tooLong whether it is too long
	 * @param open whether the file ended between quotation marks
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Text(long line, long start, byte[] bytes, boolean tooLong, boolean open) {

		boolean isBlank() {
			for (byte one : this.bytes) {
				if (one != ' ' && one != '\t') {
					return false;
				}
			}
			return true;
		}

	}

}
