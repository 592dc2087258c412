package io.modelserving.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

import io.modelserving.batch.RowReader.Position;

/**
 * Reads the rows of a job, from where the last committed chunk has ended. For one thread.
 */
final class RowItemReader implements ItemStreamReader<Row> {

	static final String FINGERPRINT = "input.fingerprint";

	private static final String OFFSET = "input.offset";

	private static final String NUMBER = "input.number";

	private final Opener opener;

	private final String fingerprint;

	private final ScoringProgress progress;

	private @Nullable RowReader reader;

	RowItemReader(Opener opener, String fingerprint, ScoringProgress progress) {
		this.opener = opener;
		this.fingerprint = fingerprint;
		this.progress = progress;
	}

	@Override
	public void open(ExecutionContext context) {
		Position position = context.containsKey(OFFSET) ? new Position(context.getLong(OFFSET), context.getLong(NUMBER))
				: Position.BEGINNING;
		try {
			this.reader = this.opener.open(position);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.progress.begin(this.reader.fraction());
	}

	@Override
	public @Nullable Row read() throws IOException {
		if (Thread.currentThread().isInterrupted()) {
			// the step would end as if there were no more rows
			throw new IllegalStateException("the job was interrupted");
		}
		RowReader open = Objects.requireNonNull(this.reader);
		Row row = open.read();
		this.progress.read(open.fraction());
		return row;
	}

	@Override
	public void update(ExecutionContext context) {
		Position position = Objects.requireNonNull(this.reader).position();
		context.putString(FINGERPRINT, this.fingerprint);
		context.putLong(OFFSET, position.offset());
		context.putLong(NUMBER, position.number());
	}

	@Override
	public void close() {
		try {
			if (this.reader != null) {
				this.reader.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Opens the input.
	 */
	interface Opener {

		RowReader open(Position position) throws IOException;

	}

}
