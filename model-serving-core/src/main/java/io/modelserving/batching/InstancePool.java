package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The instances of a batcher, whose number may change.
 * <p>
 * Protocol: adding, retiring and replacing are ordered by the lock of this object;
 * readers see the list after the last change. A retired instance stays in the list until
 * its thread ends, so that a wait for all instances includes it. At least one instance
 * remains. An instance that hangs is retired once another has replaced it; until then it
 * may recover.
 */
final class InstancePool<I, O> {

	private static final System.Logger logger = System.getLogger(InstancePool.class.getName());

	private final InstanceParts<I, O> parts;

	private final InstanceReplacement<I, O> replacement;

	private final IntConsumer resized;

	private final List<Instance<I, O>> instances = new CopyOnWriteArrayList<>();

	private int named;

	private boolean closed;

	/** Replacements of hung instances that are being made. */
	private int replacements;

	/**
	 * Create a pool.
	 * @param replacement makes the work of an instance that replaces a hung one
	 * @param resized is notified how many instances take batches
	 */
	InstancePool(InstanceParts<I, O> parts, List<BatchFunction<I, O>> functions, InstanceReplacement<I, O> replacement,
			IntConsumer resized) {
		this.parts = parts;
		this.replacement = replacement;
		this.resized = resized;
		functions.forEach(function -> this.instances.add(create(function)));
	}

	private Instance<I, O> create(BatchFunction<I, O> function) {
		return new Instance<>(this.parts, function, this::hangs);
	}

	synchronized void start() {
		this.instances.forEach(instance -> instance.start(nextName()));
	}

	private String nextName() {
		return this.parts.name() + "-" + this.named++;
	}

	synchronized void add(BatchFunction<I, O> function) {
		Instance<I, O> instance = create(function);
		instance.start(nextName());
		this.instances.add(instance);
		resized();
	}

	synchronized CompletableFuture<Void> retire(BatchFunction<I, O> function) {
		Instance<I, O> last = null;
		for (Instance<I, O> instance : staying()) {
			last = (instance.function() == function) ? instance : last;
		}
		if (last == null) {
			throw new IllegalArgumentException("no instance runs this function");
		}
		if (staying().size() == 1) {
			throw new IllegalStateException("the last instance cannot be retired");
		}
		return retire(last);
	}

	private CompletableFuture<Void> retire(Instance<I, O> instance) {
		CompletableFuture<Void> ended = instance.retire().thenRun(() -> this.instances.remove(instance));
		resized();
		return ended;
	}

	private void resized() {
		this.resized.accept(Math.max(1, (int) staying().stream().filter(instance -> !instance.isHung()).count()));
	}

	private List<Instance<I, O>> staying() {
		return this.instances.stream().filter(instance -> !instance.isRetired()).toList();
	}

	/**
	 * An instance hangs: have another one take its place, if there may be one more.
	 */
	private synchronized void hangs(Instance<I, O> hung) {
		resized();
		int replaced = (int) this.instances.stream().filter(Instance::isRetired).filter(Instance::isHung).count();
		if (this.closed || hung.isRetired()) {
			return;
		}
		if (!this.parts.hangs().mayReplace(staying().size(), replaced + this.replacements)) {
			logger.log(System.Logger.Level.WARNING,
					"{0} has {1} hung instances beside its own already; this one is not replaced, and serves again only if its run ends",
					this.parts.name(), replaced + this.replacements);
			return;
		}
		this.replacements++;
		CompletableFuture<Void> gone = new CompletableFuture<>();
		this.replacement.of(hung.function(), gone)
			.whenComplete((function, failure) -> replace(hung, function, failure, gone));
	}

	private synchronized void replace(Instance<I, O> hung, @Nullable BatchFunction<I, O> function,
			@Nullable Throwable failure, CompletableFuture<Void> gone) {
		this.replacements--;
		if (function == null) {
			logger.log(System.Logger.Level.WARNING,
					"a hung instance of " + this.parts.name() + " could not be replaced", failure);
			return;
		}
		if (!this.closed) {
			add(function);
		}
		retire(hung).thenRun(() -> gone.complete(null));
	}

	/**
	 * Terminate the runs under way that nobody waits for any more.
	 * @param now the current nanosecond time
	 */
	void check(long now) {
		for (Instance<I, O> instance : this.instances) {
			instance.watch().check(now);
		}
	}

	/**
	 * Terminate all runs, and replace none that hang.
	 */
	void terminate() {
		this.instances.forEach(instance -> instance.watch().terminate());
	}

	/**
	 * Replace no instance from now on.
	 */
	synchronized void close() {
		this.closed = true;
	}

	/**
	 * Return the batches that are run.
	 */
	List<Batch<I, O>> underWay() {
		return this.instances.stream()
			.map(instance -> instance.watch().batch())
			.<Batch<I, O>>mapMulti((batch, found) -> {
				if (batch != null) {
					found.accept(batch);
				}
			})
			.toList();
	}

	List<InstanceSnapshot> snapshots(long now) {
		return this.instances.stream().map(instance -> instance.snapshot(now)).toList();
	}

	boolean isAnyAlive() {
		return this.instances.stream().anyMatch(Instance::isAlive);
	}

	/**
	 * Return what completes when the present instances have ended, on the thread of the
	 * last.
	 */
	CompletableFuture<Void> ended() {
		return CompletableFuture.allOf(this.instances.stream().map(Instance::ended).toArray(CompletableFuture[]::new));
	}

	/**
	 * Wait for the threads to end.
	 * @param end the nanosecond time until which to wait
	 */
	void join(long end, LongSupplier nanoTime) throws InterruptedException {
		for (Instance<I, O> instance : this.instances) {
			instance.join(Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong())));
		}
	}

	void joinUnlessBusy() throws InterruptedException {
		for (Instance<I, O> instance : this.instances) {
			instance.joinUnlessBusy();
		}
	}

	void joinUninterruptibly() {
		this.instances.forEach(Instance::joinUninterruptibly);
	}

}
