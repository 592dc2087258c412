package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * The instances of a batcher, of which there may be more or fewer as time goes by.
 * <p>
 * Protocol: adding and retiring are ordered by the lock of this object; whoever reads
 * sees the list as it was last. A retired instance stays in the list until its thread
 * ends, so that whoever waits for all instances waits for it, too. One instance stays.
 */
final class InstancePool<I, O> {

	private final String name;

	private final Function<BatchFunction<I, O>, Instance<I, O>> factory;

	private final IntConsumer resized;

	private final List<Instance<I, O>> instances = new CopyOnWriteArrayList<>();

	private int named;

	/**
	 * Create a pool.
	 * @param name the beginning of the names of the instances
	 * @param factory makes an instance that runs a function
	 * @param resized is told how many instances take batches
	 */
	InstancePool(String name, List<BatchFunction<I, O>> functions,
			Function<BatchFunction<I, O>, Instance<I, O>> factory, IntConsumer resized) {
		this.name = name;
		this.factory = factory;
		this.resized = resized;
		functions.forEach(function -> this.instances.add(factory.apply(function)));
	}

	synchronized void start() {
		this.instances.forEach(instance -> instance.start(nextName()));
	}

	private String nextName() {
		return this.name + "-" + this.named++;
	}

	synchronized void add(BatchFunction<I, O> function) {
		Instance<I, O> instance = this.factory.apply(function);
		instance.start(nextName());
		this.instances.add(instance);
		this.resized.accept(active().size());
	}

	synchronized CompletableFuture<Void> retire(BatchFunction<I, O> function) {
		List<Instance<I, O>> active = active();
		Instance<I, O> last = null;
		for (Instance<I, O> instance : active) {
			last = (instance.function() == function) ? instance : last;
		}
		if (last == null) {
			throw new IllegalArgumentException("no instance runs this function");
		}
		if (active.size() == 1) {
			throw new IllegalStateException("the last instance cannot be retired");
		}
		Instance<I, O> retired = last;
		this.resized.accept(active.size() - 1);
		return retired.retire().thenRun(() -> this.instances.remove(retired));
	}

	private List<Instance<I, O>> active() {
		return this.instances.stream().filter(instance -> !instance.isRetired()).toList();
	}

	List<InstanceSnapshot> snapshots(long now) {
		return this.instances.stream().map(instance -> instance.snapshot(now)).toList();
	}

	boolean isAnyAlive() {
		return this.instances.stream().anyMatch(Instance::isAlive);
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
