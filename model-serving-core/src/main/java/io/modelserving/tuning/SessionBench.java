package io.modelserving.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.lifecycle.ServedModel;
import io.modelserving.serving.lifecycle.SessionFunction;
import io.modelserving.serving.lifecycle.SessionLoader;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.warmup.RunTime;
import io.modelserving.serving.warmup.SampleRows;
import io.modelserving.serving.warmup.WarmUp;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.tensor.Padding;
import io.modelserving.model.Model;
import io.modelserving.model.graph.GraphAnalysis;

/**
 * Tries candidates on sessions of its own, loaded from the same file and with the same
 * options as those that serve. Used by one thread.
 */
final class SessionBench implements TuningBench {

	private static final int LARGEST_BATCH = 64;

	private static final Duration LONGEST_RUN = Duration.ofSeconds(1);

	private final ModelDefinition definition;

	private final ServedModel served;

	private final TuningRequest request;

	private final int cores;

	private final Lock measuring;

	private final LongSupplier nanoTime;

	private final CompletableFuture<String> cancellation;

	private final DeadlineTimer timer;

	private TuningSamples samples = TuningSamples.NONE;

	/**
	 * Create a bench.
	 * @param served the generation that serves, which is not touched
	 * @param cores the cores that the process may use
	 * @param measuring held while something is measured, so that warm-ups and tuning do
	 * not disturb each other
	 * @param cancellation is completed when tuning is to end
	 * @param timer terminates runs that take too long
	 */
	SessionBench(ModelDefinition definition, ServedModel served, TuningRequest request, int cores, Lock measuring,
			LongSupplier nanoTime, CompletableFuture<String> cancellation, DeadlineTimer timer) {
		this.definition = definition;
		this.served = served;
		this.request = request;
		this.cores = cores;
		this.measuring = measuring;
		this.nanoTime = nanoTime;
		this.cancellation = cancellation;
		this.timer = timer;
	}

	@Override
	public Conditions examine(Duration atMost) {
		InstanceSettings settings = this.definition.instances();
		int threads = this.served.details().intraOpThreads();
		SessionLoader loader = new SessionLoader(this.definition, threads);
		Model session = loader.load(List.of(settings.devices().get(0))).get(0);
		BatchingPlan plan;
		try (session) {
			plan = examine(session, atMost);
		}
		BatchingLimits limits = this.served.limits();
		Candidate current = new Candidate(this.served.instanceStatus().perDevice(), threads, limits.maxBatchSize());
		return new Conditions(this.definition.key().name(), current, limits.maxQueueDelay(), this.cores,
				settings.devices().size(), this.definition.loader().usesAccelerator(), sizes(plan),
				limits.elastic() ? Integer.MAX_VALUE : limits.queueCapacity(), notes(plan));
	}

	private List<String> notes(BatchingPlan plan) {
		List<String> notes = new ArrayList<>();
		if (!plan.batched()) {
			notes.add("Calls cannot share batches: " + plan.reason() + ".");
		}
		if (this.definition.instances().scaling() != null) {
			notes.add("runtime.max-instances is set, so the number of instances follows the load between its bounds;"
					+ " the number found is where it would begin.");
		}
		LatencyObjective objective = this.definition.batching().objective();
		if (objective != null && this.request.objective() == null) {
			notes.add(
					"batching.latency-objective is %d ms and was left out of account; give it as the objective to choose for it."
						.formatted(objective.latency().toMillis()));
		}
		return notes;
	}

	private BatchingPlan examine(Model session, Duration atMost) {
		Padding padding = this.definition.batching().padding().resolve(session.signature());
		this.measuring.lock();
		try {
			GraphAnalysis analysis = this.served.details().analysis();
			WarmUpSettings settings = new WarmUpSettings(true, WarmUp.settings(this.definition, analysis).samples(),
					atMost);
			WarmUp warmUp = new WarmUp(session, analysis, settings, this.definition.batching().exploring(), padding,
					this.nanoTime, RunTime.of(session, this.nanoTime), this.timer);
			SampleRows.Inputs inputs = warmUp.find();
			BatchingPlan found = warmUp.measure(inputs).plan();
			BatchingPlan plan = (found.batched() && this.served.isUnbatched()) ? this.served.details().plan() : found;
			this.samples = TuningSamples.of(inputs, warmUp.rows(inputs), warmUp.byRows(), plan, this.request.rows());
			return plan;
		}
		finally {
			this.measuring.unlock();
		}
	}

	/**
	 * Also those beyond where rows get no cheaper on the present threads: with other
	 * threads they may.
	 */
	private static List<Integer> sizes(BatchingPlan plan) {
		CostCurve costs = plan.costCurve();
		return !plan.batched() ? List.of(1)
				: IntStream.iterate(1, size -> size <= LARGEST_BATCH, size -> size * 2)
					.filter(size -> size == 1 || costs.nanosFor(size) <= LONGEST_RUN.toNanos())
					.boxed()
					.toList();
	}

	@Override
	public Rig open(Candidate.Setup setup) {
		SessionLoader loader = new SessionLoader(this.definition, setup.intraOpThreads());
		int sessionsPerDevice = loader.sharesSessions() ? 1 : setup.instances();
		List<Integer> devices = new ArrayList<>();
		this.definition.instances()
			.devices()
			.forEach(device -> devices.addAll(Collections.nCopies(sessionsPerDevice, device)));
		List<Model> sessions = loader.load(devices);
		List<SessionFunction> functions = new ArrayList<>();
		for (int i = 0; i < sessions.size(); i++) {
			functions.addAll(Collections.nCopies(setup.instances() / sessionsPerDevice,
					new SessionFunction(sessions.get(i), devices.get(i))));
		}
		return new SessionRig(this.definition.key(), sessions, functions, this.samples, this.served.limits(),
				this.request.concurrency(), this.measuring, this.nanoTime, this.cancellation);
	}

}
