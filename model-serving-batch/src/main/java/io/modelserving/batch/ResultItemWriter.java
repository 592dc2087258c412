package io.modelserving.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamWriter;

import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException;

/**
 * Writes the results of a job, and the rows that were rejected beside them. Both files
 * are as long as the last committed chunk says when a job goes on. For one thread.
 */
final class ResultItemWriter implements ItemStreamWriter<Scored<Row, Object>> {

	static final String ROWS = "output.rows";

	static final String REJECTED = "rejected.rows";

	static final String LAYOUT = "output.layout";

	private static final String LENGTH = "output.length";

	private static final String REJECTED_LENGTH = "rejected.length";

	private final Path output;

	private final Path rejected;

	private final ResultLines lines;

	private final long skipLimit;

	private final boolean ordered;

	private final ScoringProgress progress;

	private @Nullable LinesFile results;

	private @Nullable LinesFile rejections;

	private long rows;

	private long rejectedRows;

	ResultItemWriter(Path output, Path rejected, ResultLines lines, long skipLimit, boolean ordered,
			ScoringProgress progress) {
		this.output = output;
		this.rejected = rejected;
		this.lines = lines;
		this.skipLimit = skipLimit;
		this.ordered = ordered;
		this.progress = progress;
	}

	@Override
	public void open(ExecutionContext context) {
		this.rows = context.getLong(ROWS, 0);
		this.rejectedRows = context.getLong(REJECTED, 0);
		try {
			long length = context.getLong(LENGTH, 0);
			this.results = new LinesFile(this.output, length);
			this.rejections = new LinesFile(this.rejected, context.getLong(REJECTED_LENGTH, 0));
			if (length == 0) {
				this.results.write(this.lines.header().getBytes(StandardCharsets.UTF_8));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.progress.written(this.rows, this.rejectedRows);
	}

	@Override
	public void write(Chunk<? extends Scored<Row, Object>> chunk) throws IOException {
		ByteArrayOutputStream good = new ByteArrayOutputStream();
		ByteArrayOutputStream bad = new ByteArrayOutputStream();
		String lastReason = "";
		for (Scored<Row, Object> scored : this.ordered ? chunk.getItems() : asTheyFinish(chunk.getItems())) {
			try {
				good.write(this.lines.result(scored.item(), scored.result()));
				this.rows++;
			}
			catch (RuntimeException ex) {
				if (!isOfTheRow(ex)) {
					throw ex;
				}
				lastReason = EndpointInvoker.reason(ex);
				bad.write(this.lines.rejected(scored.item(), lastReason));
				this.rejectedRows++;
			}
		}
		Objects.requireNonNull(this.rejections).write(bad.toByteArray());
		if (this.rejectedRows > this.skipLimit) {
			this.rejections.force();
			throw new SkipLimitException(this.rejectedRows, this.skipLimit, this.rejected, lastReason);
		}
		Objects.requireNonNull(this.results).write(good.toByteArray());
		this.progress.written(this.rows, this.rejectedRows);
	}

	/**
	 * Everything but a model that is away, and a job that is ended.
	 */
	private static boolean isOfTheRow(RuntimeException failure) {
		return !(failure instanceof ModelUnavailable || failure instanceof ModelNotFound
				|| Thread.currentThread().isInterrupted());
	}

	private static List<Scored<Row, Object>> asTheyFinish(List<? extends Scored<Row, Object>> chunk) {
		BlockingQueue<Scored<Row, Object>> finished = new LinkedBlockingQueue<>();
		chunk.forEach((scored) -> scored.whenDone(() -> finished.add(scored)));
		List<Scored<Row, Object>> order = new ArrayList<>(chunk.size());
		try {
			while (order.size() < chunk.size()) {
				order.add(finished.take());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while waiting for results", ex);
		}
		return order;
	}

	@Override
	public void update(ExecutionContext context) {
		try {
			context.putLong(LENGTH, Objects.requireNonNull(this.results).force());
			context.putLong(REJECTED_LENGTH, Objects.requireNonNull(this.rejections).force());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		context.putString(LAYOUT, this.lines.layout());
		context.putLong(ROWS, this.rows);
		context.putLong(REJECTED, this.rejectedRows);
	}

	@Override
	public void close() {
		try {
			close(this.results);
			close(this.rejections);
			this.results = null;
			this.rejections = null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void close(@Nullable LinesFile file) throws IOException {
		if (file != null) {
			file.close();
		}
	}

	/**
	 * More rows were rejected than may be.
	 */
	static final class SkipLimitException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		SkipLimitException(long rows, long limit, Path file, String reason) {
			super("%d rows were rejected, but no more than %d may be (model-serving.batch.skip-limit); they are in %s, the last one as %s"
				.formatted(rows, limit, file, reason));
		}

	}

}
