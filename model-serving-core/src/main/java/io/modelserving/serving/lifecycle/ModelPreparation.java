package io.modelserving.serving.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.cache.CacheSnapshot;
import io.modelserving.serving.cache.ResultCache;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.serving.scaling.AutoScaler;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.ScalingPolicy;
import io.modelserving.serving.warmup.BatchPlanner;
import io.modelserving.serving.warmup.RunTime;
import io.modelserving.serving.warmup.SampleRows;
import io.modelserving.serving.warmup.SessionWarmUp;
import io.modelserving.serving.warmup.WarmUp;
import io.modelserving.batching.AdjustableBatcher;
import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.BatchListener;
import io.modelserving.batching.Batcher;
import io.modelserving.batching.BatchingPolicy;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.batching.HangPolicy;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.tensor.Padding;
import io.modelserving.batching.tensor.TensorBatching;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.Randomness;
import io.modelserving.sequence.SequenceListener;
import io.modelserving.sequence.SequenceSettings;
import io.modelserving.sequence.SequenceStates;
import io.modelserving.sequence.Sequences;
import io.modelserving.tensor.NamedTensors;

/**
 * Makes a model that takes requests out of a definition. Thread-safe: models are read
 * side by side, but measured one at a time, so that they do not slow each other down
 * while they are being timed.
 */
public final class ModelPreparation {

	private static final System.Logger logger = System.getLogger(ModelPreparation.class.getName());

	private final Executor completionExecutor;

	private final HangPolicy hangs;

	private final Executor loading;

	private final int cores;

	private final LongSupplier nanoTime;

	private final Lock measuring;

	private final DeadlineTimer timer;

	private final ResultStores resultStores;

	/**
	 * Create a preparation.
	 * @param completionExecutor where results are completed
	 * @param timer has deadlines seen, and runs ended that take longer than warming up
	 * may
	 * @param hangs what is done about runs that do not end
	 * @param loading loads sessions for instances that take the place of others
	 * @param measuring held while something is measured
	 * @param resultStores opens the stores of models whose results are kept
	 */
	public ModelPreparation(Executor completionExecutor, DeadlineTimer timer, HangPolicy hangs, Executor loading,
			int cores, Lock measuring, LongSupplier nanoTime, ResultStores resultStores) {
		this.completionExecutor = completionExecutor;
		this.hangs = hangs;
		this.loading = loading;
		this.cores = cores;
		this.measuring = measuring;
		this.nanoTime = nanoTime;
		this.timer = timer;
		this.resultStores = resultStores;
	}

	/**
	 * Load and warm up a model.
	 * @param definition what to load
	 * @param warming is run between loading and warming up
	 * @param listener is notified of what its batcher does
	 * @param sequenceListener is notified of what becomes of its sequences
	 * @param cacheListener is notified of what its cache does
	 * @return the model, which the caller drains
	 * @throws ModelLoadException if it cannot be loaded or warmed up
	 */
	ServedModel prepare(ModelDefinition definition, Runnable warming, BatchListener listener,
			SequenceListener sequenceListener, CacheListener cacheListener) {
		InstanceSettings settings = definition.instances();
		SessionLoader loader = new SessionLoader(definition, settings.intraOpThreadsFor(this.cores));
		int perDevice = settings.instancesFor(this.cores);
		int sessionsPerDevice = loader.sharesSessions() ? 1 : perDevice;
		List<Integer> devices = new ArrayList<>();
		settings.devices().forEach(device -> devices.addAll(Collections.nCopies(sessionsPerDevice, device)));
		long start = this.nanoTime.getAsLong();
		List<Model> sessions = loader.loadFirst(devices,
				definition.cache().enabled() && this.resultStores.isShared(definition.cache()));
		try {
			long loaded = this.nanoTime.getAsLong();
			warming.run();
			ModelSignature signature = sessions.get(0).signature();
			Padding padding = definition.batching().padding().resolve(signature);
			SequenceSettings kept = definition.sequences();
			SequenceStates states = (kept != null) ? SequenceStates.of(signature, loader.analysis(), kept) : null;
			WarmUp.Findings findings = warmUp(definition, sessions, loader.analysis(), padding);
			long warm = this.nanoTime.getAsLong();
			List<SessionFunction> functions = functions(sessions, devices, perDevice / sessionsPerDevice);
			CacheSnapshot cacheOff = cacheOff(definition, loader.analysis());
			NamedTensors example = findings.example();
			ModelSignature callers = (states != null) ? states.callers() : signature;
			ModelDetails details = new ModelDetails(callers, sessions.get(0).metadata(), loader.analysis(),
					functions.size(), settings.intraOpThreadsFor(this.cores), findings.plan(),
					BatchPlanner.hasRows(callers, loader.analysis()),
					(states != null && example != null) ? states.withoutStates(example) : example,
					warnings(findings.warnings(), cacheOff), findings.nonFinite(), Duration.ofNanos(loaded - start),
					Duration.ofNanos(warm - loaded), loader.fileBytes());
			ResultCache cache = (definition.cache().enabled() && cacheOff == null)
					? cache(definition, loader.fingerprint(), cacheListener) : null;
			BatchAdapter<NamedTensors, NamedTensors> adapter = adapter(findings.plan(), padding, signature,
					loader.analysis());
			Consumer<Model> warmUp = definition.warmUp().enabled()
					? new SessionWarmUp(adapter, findings.plan().maxBatchSize(), example)::run : session -> {
					};
			ModelInstances instances = new ModelInstances(loader, warmUp, functions);
			AdjustableBatcher<NamedTensors, NamedTensors> batcher = batcher(definition, findings.plan(), adapter,
					functions, instances, listener);
			instances.runOn(batcher);
			return serve(definition, details, instances, batcher,
					sequences(definition, states, batcher, sequenceListener), cache, cacheOff);
		}
		catch (RuntimeException | Error ex) {
			sessions.forEach(Model::close);
			throw ex;
		}
	}

	/**
	 * Say why results are not kept although they should be.
	 */
	private static @Nullable CacheSnapshot cacheOff(ModelDefinition definition, GraphAnalysis analysis) {
		CacheSettings settings = definition.cache();
		Randomness randomness = analysis.randomness();
		if (settings.enabled() && definition.sequences() != null) {
			return CacheSnapshot.off(settings, "it keeps state between the requests of a sequence");
		}
		if (!settings.enabled() || settings.forced() || randomness == null) {
			return null;
		}
		return CacheSnapshot.off(settings,
				"it may give another result for the same inputs: %s; the property cache.force keeps its results all the same"
					.formatted(randomness.describe()));
	}

	private static List<String> warnings(List<String> findings, @Nullable CacheSnapshot cacheOff) {
		List<String> warnings = new ArrayList<>(findings);
		if (cacheOff != null) {
			warnings.add("its results are not kept (cache.enabled), as " + cacheOff.obstacle());
		}
		return warnings;
	}

	private ResultCache cache(ModelDefinition definition, String fingerprint, CacheListener listener) {
		// rows that are padded otherwise may give other results
		String identity = fingerprint.isEmpty() ? "" : fingerprint + definition.batching().padding();
		return new ResultCache(definition.key().toString(), definition.cache(),
				own -> this.resultStores.open(definition.key(), definition.cache(), identity, own), listener,
				this.timer, this.completionExecutor, this.nanoTime);
	}

	private WarmUp.Findings warmUp(ModelDefinition definition, List<Model> sessions, GraphAnalysis analysis,
			Padding padding) {
		WarmUp warmUp = new WarmUp(sessions.get(0), analysis, WarmUp.settings(definition, analysis),
				definition.batching(), padding, this.nanoTime, RunTime.of(sessions.get(0), this.nanoTime), this.timer);
		SampleRows.Inputs inputs = warmUp.find();
		this.measuring.lock();
		try {
			WarmUp.Findings findings = warmUp.measure(inputs);
			if (definition.warmUp().enabled()) {
				sessions
					.forEach(new SessionWarmUp(adapter(findings.plan(), padding, sessions.get(0).signature(), analysis),
							findings.plan().maxBatchSize(), findings.example())::run);
			}
			return findings;
		}
		finally {
			this.measuring.unlock();
		}
	}

	private static BatchAdapter<NamedTensors, NamedTensors> adapter(BatchingPlan plan, Padding padding,
			ModelSignature signature, GraphAnalysis analysis) {
		return plan.batched()
				? TensorBatching.byRows(BatchPlanner.axes(signature, analysis), padding, signature.optionalNames())
				: TensorBatching.wholeRequests();
	}

	private static List<SessionFunction> functions(List<Model> sessions, List<Integer> devices, int callers) {
		List<SessionFunction> functions = new ArrayList<>();
		for (int i = 0; i < sessions.size(); i++) {
			for (int caller = 0; caller < callers; caller++) {
				functions.add(new SessionFunction(sessions.get(i), devices.get(i)));
			}
		}
		return functions;
	}

	private AdjustableBatcher<NamedTensors, NamedTensors> batcher(ModelDefinition definition, BatchingPlan plan,
			BatchAdapter<NamedTensors, NamedTensors> adapter, List<SessionFunction> functions, ModelInstances instances,
			BatchListener listener) {
		BatchingSettings settings = definition.batching();
		warnIfHopeless(definition, plan);
		return Batcher.dynamic(adapter, functions)
			.name("model-" + definition.key())
			.policy(new BatchingPolicy(plan.maxBatchSize(), settings.maxQueueDelay(), settings.queueCapacity(),
					settings.priorities(), settings.elastic()))
			.costs(plan.costCurve())
			.objective(settings.objective())
			.listener(listener)
			.completionExecutor(this.completionExecutor)
			.timer(this.timer)
			.hangs(this.hangs)
			.replacement((hung, gone) -> instances.replace(hung, gone, this.loading))
			.nanoTime(this.nanoTime)
			.build();
	}

	private @Nullable Sequences sequences(ModelDefinition definition, @Nullable SequenceStates states,
			AdjustableBatcher<NamedTensors, NamedTensors> batcher, SequenceListener listener) {
		SequenceSettings settings = definition.sequences();
		return (states == null || settings == null) ? null : new Sequences(definition.key().name(), states, settings,
				() -> batcher.policy().queueCapacity(), this.timer, this.completionExecutor, this.nanoTime, listener);
	}

	private ServedModel serve(ModelDefinition definition, ModelDetails details, ModelInstances instances,
			AdjustableBatcher<NamedTensors, NamedTensors> batcher, @Nullable Sequences sequences,
			@Nullable ResultCache cache, @Nullable CacheSnapshot cacheOff) {
		ScalingPolicy scaling = definition.instances().scaling();
		return new ServedModel(details, instances, batcher,
				(scaling != null) ? new AutoScaler(scaling, this.nanoTime.getAsLong()) : null,
				definition.batching().objective(), sequences, cache, cacheOff);
	}

	private static void warnIfHopeless(ModelDefinition definition, BatchingPlan plan) {
		LatencyObjective objective = definition.batching().objective();
		long row = plan.costCurve().nanosFor(1);
		if (objective != null && row > objective.targetNanos()) {
			logger.log(System.Logger.Level.WARNING,
					"the latency objective of {0}, {1} ms (batching.latency-objective), cannot be met: one row alone takes {2} ms; the model is served as well as it can be",
					definition.key(), objective.latency().toMillis(), row / 1e6);
		}
	}

}
