package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.lifecycle.ModelPreparation;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.SlotEvents;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.batching.HangPolicy;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;

/**
 * Slots whose loads and retries run when the test says so.
 */
public final class SlotFixture implements ServingListener {

	static final ModelKey KEY = new ModelKey("a", 1);

	final Queue<Runnable> loading = new ArrayDeque<>();

	final List<Retry> retries = new ArrayList<>();

	final List<ModelStatus> statuses = new CopyOnWriteArrayList<>();

	public final List<Traffic> routed = new CopyOnWriteArrayList<>();

	/** Is run by the listener for each status, before it is recorded. */
	volatile @Nullable Consumer<ModelStatus> onStatus;

	/** Answers calls. */
	volatile Executor completions = Runnable::run;

	private final ModelPreparation preparation = new ModelPreparation(task -> this.completions.execute(task),
			(delay, task) -> () -> {
			}, new HangPolicy(Duration.ofMillis(1)), Runnable::run, 2, new ReentrantLock(), System::nanoTime,
			ResultStores.NONE);

	private final DeadlineTimer timer = (delay, task) -> {
		Retry retry = new Retry(delay, task);
		this.retries.add(retry);
		return () -> retry.cancelled = true;
	};

	ModelSlot slot(ModelDefinition definition) {
		return slot(definition, new SlotEvents(this));
	}

	private ModelSlot slot(ModelDefinition definition, SlotEvents events) {
		return new ModelSlot(definition, this.preparation, events, this.loading::add, this.timer, Duration.ZERO,
				System::nanoTime);
	}

	DefaultModelAdministration administration(ModelDefinition... definitions) {
		return new DefaultModelAdministration(List.of(definitions), this::slot, () -> 0.5, this);
	}

	static DefaultModelRegistry registry(DefaultModelAdministration administration) {
		return new DefaultModelRegistry(administration.slots(), administration.router());
	}

	/**
	 * Run the steps that wait, and those that they cause.
	 */
	public void runAll() {
		for (Runnable step = this.loading.poll(); step != null; step = this.loading.poll()) {
			step.run();
		}
	}

	@Override
	public void statusChanged(ModelStatus status) {
		Consumer<ModelStatus> hook = this.onStatus;
		if (hook != null) {
			hook.accept(status);
		}
		this.statuses.add(status);
	}

	@Override
	public void routed(String model, Traffic traffic) {
		this.routed.add(traffic);
	}

	List<ModelState> states() {
		return this.statuses.stream().map(ModelStatus::state).toList();
	}

	/**
	 * A retry that is planned.
	 */
	static final class Retry {

		final long delay;

		private final Runnable task;

		boolean cancelled;

		Retry(long delay, Runnable task) {
			this.delay = delay;
			this.task = task;
		}

		/** Is run also when it was cancelled too late. */
		void fire() {
			this.task.run();
		}

	}

}
