package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.serving.lifecycle.ModelPreparation;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.tuning.DefaultModelTuner;
import io.modelserving.tuning.ModelTuner;
import io.modelserving.tuning.TuningStatus;
import io.modelserving.batching.BatchThreads;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.batching.HangPolicy;
import io.modelserving.model.ModelKey;

/**
 * Serves models in this process. Thread-safe.
 */
public final class ModelServer implements AutoCloseable {

	private static final System.Logger logger = System.getLogger(ModelServer.class.getName());

	private final DefaultModelAdministration administration;

	private final DefaultModelRegistry registry;

	private final DefaultInferenceService inferenceService;

	private final DefaultModelTuner tuner;

	private final ExecutorService loading;

	private final ScheduledThreadPoolExecutor timer;

	private final BatchThreads threads;

	private final LongSupplier nanoTime;

	private final Duration scalingTick;

	private ModelServer(Builder builder) {
		this.nanoTime = builder.nanoTime;
		this.scalingTick = builder.scalingTick;
		this.loading = Executors.newCachedThreadPool(task -> daemon(task, "model-loading"));
		this.timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "model-timer"));
		this.timer.setRejectedExecutionHandler(new ScheduledThreadPoolExecutor.DiscardPolicy());
		this.threads = new BatchThreads("model", builder.cores);
		Lock measuring = new ReentrantLock(true);
		this.tuner = new DefaultModelTuner(this::slot, builder.cores, measuring, this.threads.timer(),
				builder.tuningExecutor, status -> notifyTuned(builder, status), this.nanoTime);
		List<ServingListener> listeners = new ArrayList<>(builder.listeners);
		listeners.add(this.tuner);
		ServingListener listener = new CompositeServingListener(listeners, builder.expectedFailures);
		ModelPreparation preparation = new ModelPreparation(
				(builder.completionExecutor != null) ? builder.completionExecutor : this.threads.completionExecutor(),
				this.threads.timer(), builder.hangs, this.loading, builder.cores, measuring, this.nanoTime,
				builder.resultStores);
		this.administration = new DefaultModelAdministration(
				builder.definitions, (definition, events) -> new ModelSlot(definition, preparation, events,
						this.loading, DeadlineTimer.of(this.timer), builder.drainTime, this.nanoTime),
				builder.random, listener);
		this.registry = new DefaultModelRegistry(this.administration.slots(), this.administration.router());
		ShadowTraffic shadow = new ShadowTraffic(this.administration.slots(), listener, builder.random, this.nanoTime);
		this.inferenceService = new DefaultInferenceService(this.administration.router(), shadow, listener,
				this.nanoTime);
	}

	private static void notifyTuned(Builder builder, TuningStatus status) {
		try {
			builder.tuningListener.accept(status);
		}
		catch (RuntimeException ex) {
			if (!builder.expectedFailures.test(ex)) {
				logger.log(System.Logger.Level.WARNING, "the listener of tunings failed", ex);
			}
		}
	}

	private ModelSlot slot(ModelKey key) {
		return this.administration.slots().require(key);
	}

	private static Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	public static Builder builder() {
		return new Builder();
	}

	public ModelRegistry registry() {
		return this.registry;
	}

	public ModelAdministration administration() {
		return this.administration;
	}

	public InferenceService inferenceService() {
		return this.inferenceService;
	}

	public ModelTuner tuner() {
		return this.tuner;
	}

	/**
	 * Begin to load all models, side by side, and return at once.
	 */
	public void start() {
		this.administration.loadAll();
		this.timer.scheduleWithFixedDelay(this::checkScaling, this.scalingTick.toNanos(), this.scalingTick.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/**
	 * Have more or fewer instances of the models that are to be scaled by load, where it
	 * is time.
	 */
	void checkScaling() {
		try {
			this.administration.checkScaling(this.nanoTime.getAsLong());
		}
		catch (RuntimeException ex) {
			logger.log(System.Logger.Level.WARNING, "the number of instances could not be checked", ex);
		}
	}

	/**
	 * Reject loads from now on, and try none again; end a tuning. Calls are still taken.
	 */
	public void stopLoading() {
		this.tuner.stop();
		this.administration.close();
		this.timer.shutdownNow();
	}

	/**
	 * Reject calls and loads from now on. What was accepted is still completed.
	 */
	void stopAdmission() {
		this.inferenceService.stopAdmission();
		this.administration.close();
	}

	/**
	 * Complete what was accepted, then free the models.
	 * @param grace how long it may take; what is not completed by then fails
	 * @return whether all was completed and all memory freed
	 */
	public boolean drain(Duration grace) {
		stopAdmission();
		this.timer.shutdownNow();
		this.tuner.stop();
		long end = this.nanoTime.getAsLong() + grace.toNanos();
		Supplier<Duration> remaining = () -> Duration.ofNanos(Math.max(0, end - this.nanoTime.getAsLong()));
		boolean freed = this.administration.retireAll(remaining) & this.tuner.close(remaining.get());
		this.loading.shutdown();
		this.threads.close();
		return freed;
	}

	/**
	 * Fail what waits and free the models whose runs have ended.
	 */
	@Override
	public void close() {
		drain(Duration.ZERO);
	}

	/**
	 * Builds a server. Not thread-safe.
	 */
	public static final class Builder {

		private List<ModelDefinition> definitions = List.of();

		private List<ServingListener> listeners = List.of();

		private Consumer<TuningStatus> tuningListener = status -> {
		};

		private Predicate<RuntimeException> expectedFailures = failure -> false;

		private @Nullable Executor completionExecutor;

		private HangPolicy hangs = HangPolicy.DEFAULT;

		private ResultStores resultStores = ResultStores.NONE;

		private int cores = Runtime.getRuntime().availableProcessors();

		private Executor tuningExecutor = Builder::tune;

		private Duration drainTime = Duration.ofSeconds(30);

		private LongSupplier nanoTime = System::nanoTime;

		private Duration scalingTick = Duration.ofSeconds(1);

		private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

		private Builder() {
		}

		/** What it starts has its priority, the lowest: live traffic goes first. */
		private static void tune(Runnable job) {
			Thread thread = daemon(job, "model-tuning");
			thread.setPriority(Thread.MIN_PRIORITY);
			thread.start();
		}

		public Builder definitions(List<ModelDefinition> definitions) {
			this.definitions = List.copyOf(definitions);
			return this;
		}

		public Builder listeners(List<ServingListener> listeners) {
			this.listeners = List.copyOf(listeners);
			return this;
		}

		/**
		 * Set what is given the status of each tuning at its end, whether there is a
		 * result or not.
		 * @param tuningListener the listener
		 * @return this builder
		 */
		public Builder tuningListener(Consumer<TuningStatus> tuningListener) {
			this.tuningListener = tuningListener;
			return this;
		}

		/**
		 * Set which failures of listeners are no reason for a warning, such as those of
		 * an application that is being closed.
		 * @param expectedFailures the condition
		 * @return this builder
		 */
		public Builder expectedListenerFailures(Predicate<RuntimeException> expectedFailures) {
			this.expectedFailures = expectedFailures;
			return this;
		}

		/**
		 * Set where results are completed, and with them what depends on them. Where
		 * nothing is set, the server has threads of its own, so that nothing else can
		 * delay a result.
		 * @param completionExecutor the executor
		 * @return this builder
		 */
		Builder completionExecutor(Executor completionExecutor) {
			this.completionExecutor = completionExecutor;
			return this;
		}

		/**
		 * Set what is done about runs that do not end after they were terminated.
		 * @param hangs the policy
		 * @return this builder
		 */
		public Builder hangs(HangPolicy hangs) {
			this.hangs = hangs;
			return this;
		}

		/**
		 * Set where results are kept of models that want it.
		 * @param resultStores opens a store for each
		 * @return this builder
		 */
		public Builder resultStores(ResultStores resultStores) {
			this.resultStores = resultStores;
			return this;
		}

		/**
		 * Set the number of cores among which instances and threads are divided.
		 * @param cores the number, at least 1
		 * @return this builder
		 */
		Builder cores(int cores) {
			this.cores = cores;
			return this;
		}

		/**
		 * Set how long a model that is replaced or unloaded may take to finish what it
		 * has accepted.
		 * @param drainTime the time
		 * @return this builder
		 */
		public Builder drainTime(Duration drainTime) {
			this.drainTime = drainTime;
			return this;
		}

		/**
		 * Set how often it is looked whether it is time to check the number of instances.
		 * @param scalingTick the time between two checks
		 * @return this builder
		 */
		Builder scalingTick(Duration scalingTick) {
			this.scalingTick = scalingTick;
			return this;
		}

		/**
		 * Set what runs a tuning, which blocks.
		 */
		Builder tuningExecutor(Executor tuningExecutor) {
			this.tuningExecutor = tuningExecutor;
			return this;
		}

		Builder nanoTime(LongSupplier nanoTime) {
			this.nanoTime = nanoTime;
			return this;
		}

		Builder random(DoubleSupplier random) {
			this.random = random;
			return this;
		}

		/**
		 * Build the server, which loads nothing before it is started.
		 * @return the server
		 * @throws IllegalArgumentException if a version of a model is defined twice
		 */
		public ModelServer build() {
			return new ModelServer(this);
		}

	}

}
