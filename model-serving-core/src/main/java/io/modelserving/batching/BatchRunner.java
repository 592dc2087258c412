package io.modelserving.batching;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.RunControl;
import io.modelserving.tensor.Workspace;

/**
 * Runs batches on one instance, and completes their calls. A batch that fails is divided
 * in halves until the calls that make it fail are alone; the others get their results. An
 * output without the rows of its batch is not divided: the calls are run again, each
 * alone and whole, and share no batches from then on. Used by the thread of the instance.
 */
final class BatchRunner<I, O> {

	private static final System.Logger logger = System.getLogger(BatchRunner.class.getName());

	private final InstanceParts<I, O> parts;

	private final BatchFunction<I, O> function;

	private final RunWatch<I, O> watch;

	private final BatchStopwatch stopwatch;

	private final Workspace workspace = new Workspace();

	BatchRunner(InstanceParts<I, O> parts, BatchFunction<I, O> function, RunWatch<I, O> watch) {
		this.parts = parts;
		this.function = function;
		this.watch = watch;
		this.stopwatch = new BatchStopwatch(parts.nanoTime());
	}

	/**
	 * Run a batch.
	 * @param batch the batch, of at least one call
	 */
	void run(Batch<I, O> batch) {
		if (batch.isShared() && this.parts.sharing().obstacle() != null) {
			runApart(batch);
		}
		else {
			run(batch, this.parts.sharing().adapter());
		}
	}

	private void run(Batch<I, O> batch, BatchAdapter<I, O> adapter) {
		RunControl control = this.watch.begin(batch);
		List<O> results;
		try {
			this.stopwatch.start();
			I merged = batch.merge(adapter, this.workspace);
			this.stopwatch.lap();
			O output = this.function.run(merged, this.workspace, control);
			this.watch.end();
			this.stopwatch.lap();
			results = divide(batch, adapter, output);
		}
		catch (Throwable failure) {
			this.watch.end();
			this.parts.listener().executed(batch.calls().size(), batch.rows(), this.stopwatch.stop(), false);
			recover(batch, failure, control.isTerminated());
			return;
		}
		BatchTimes times = this.stopwatch.stop();
		this.parts.load().executed(batch.calls().size(), batch.rows(), times.totalNanos());
		this.parts.listener().executed(batch.calls().size(), batch.rows(), times, true);
		if (results == null) {
			runApart(batch);
			return;
		}
		for (int i = 0; i < results.size(); i++) {
			PendingCall<I, O> call = batch.calls().get(i);
			O result = results.get(i);
			CallCompletion.execute(this.parts.completionExecutor(), () -> call.result().complete(result));
		}
	}

	/**
	 * Divide an output.
	 * @return the results, or {@code null} if the calls have to be run again
	 */
	private @Nullable List<O> divide(Batch<I, O> batch, BatchAdapter<I, O> adapter, O output) {
		String mismatch = batch.mismatch(adapter, output);
		if (mismatch != null) {
			this.parts.listener().mismatched();
			this.parts.sharing().end(mismatch);
			return (batch.isShared() || !batch.keepsInput(adapter)) ? null
					: batch.scatter(this.parts.sharing().alone(), output);
		}
		boolean tooLate = batch.isShared() && this.parts.sharing().obstacle() != null;
		return tooLate ? null : batch.scatter(adapter, output);
	}

	private void runApart(Batch<I, O> batch) {
		for (PendingCall<I, O> call : batch.calls()) {
			SlicedCall<I, O> cut = call.isPart() ? call.call() : null;
			if (!call.isWanted(this.parts.nanoTime().getAsLong())) {
				fail(call, call.deadline().exceeded());
			}
			else if (cut == null) {
				run(new Batch<>(List.of(call)), this.parts.sharing().alone());
			}
			else if (cut.claim()) {
				this.parts.queue().remove(cut.slices());
				run(new Batch<>(List.of(cut.whole())), this.parts.sharing().alone());
			}
		}
	}

	private void recover(Batch<I, O> batch, Throwable failure, boolean terminated) {
		if (terminated) {
			long now = this.parts.nanoTime().getAsLong();
			batch.calls()
				.forEach(call -> fail(call,
						call.deadline().hasPassed(now) ? call.deadline().exceeded() : Failures.closed()));
			return;
		}
		if (failure instanceof OutOfMemoryError) {
			logger.log(System.Logger.Level.WARNING, "memory is too short for a run of " + this.parts.name(), failure);
		}
		if (batch.calls().size() == 1 || failure instanceof VirtualMachineError) {
			batch.calls().forEach(call -> fail(call, Failures.of(failure)));
			return;
		}
		for (Batch<I, O> half : batch.halves()) {
			Batch<I, O> wanted = half.wanted(this.parts.nanoTime().getAsLong());
			half.calls()
				.stream()
				.filter(call -> !wanted.calls().contains(call))
				.forEach(call -> fail(call, call.deadline().exceeded()));
			if (!wanted.calls().isEmpty()) {
				run(wanted);
			}
		}
	}

	private void fail(PendingCall<I, O> call, RuntimeException failure) {
		CallCompletion.execute(this.parts.completionExecutor(), () -> call.result().completeExceptionally(failure));
	}

}
