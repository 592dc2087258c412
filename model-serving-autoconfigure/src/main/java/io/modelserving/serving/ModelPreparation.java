package io.modelserving.serving;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.modelserving.batching.AdjustableBatcher;
import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.BatchFunction;
import io.modelserving.batching.BatchListener;
import io.modelserving.batching.Batcher;
import io.modelserving.batching.BatchingPolicy;
import io.modelserving.batching.Padding;
import io.modelserving.batching.TensorBatching;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.tensor.NamedTensors;

/**
 * Makes a model that takes requests out of a definition. Thread-safe: models are read
 * side by side, but measured one at a time, so that they do not slow each other down
 * while they are being timed.
 */
final class ModelPreparation {

	private final Executor completions;

	private final int cores;

	private final LongSupplier nanoTime;

	private final Lock measuring = new ReentrantLock();

	ModelPreparation(Executor completions, int cores, LongSupplier nanoTime) {
		this.completions = completions;
		this.cores = cores;
		this.nanoTime = nanoTime;
	}

	/**
	 * Load and warm up a model.
	 * @param definition what to load
	 * @param warming is run between loading and warming up
	 * @param listener hears what its batcher does
	 * @return the model, which the caller drains
	 * @throws ModelLoadException if it cannot be loaded or warmed up
	 */
	ServedModel prepare(ModelDefinition definition, Runnable warming, BatchListener listener) {
		long start = this.nanoTime.getAsLong();
		List<Model> sessions = new ArrayList<>();
		try {
			load(definition, sessions);
			long loaded = this.nanoTime.getAsLong();
			warming.run();
			Padding padding = definition.batching().padding().resolve(sessions.get(0).signature());
			WarmUp.Findings findings = warmUp(definition, sessions, padding);
			long warm = this.nanoTime.getAsLong();
			ModelDetails details = new ModelDetails(sessions.get(0).signature(), sessions.get(0).metadata(),
					functions(definition, sessions).size(), intraOpThreads(definition), findings.plan(),
					findings.example(), Duration.ofNanos(loaded - start), Duration.ofNanos(warm - loaded));
			return new ServedModel(details, sessions, batcher(definition, details, sessions, padding, listener));
		}
		catch (IOException ex) {
			sessions.forEach(Model::close);
			throw new ModelLoadException("%s cannot be read: %s".formatted(definition.source().description(), ex),
					"Make the file readable, or correct the property location.", true, ex);
		}
		catch (RuntimeException | Error ex) {
			sessions.forEach(Model::close);
			throw ex;
		}
	}

	private void load(ModelDefinition definition, List<Model> sessions) throws IOException {
		int intraOpThreads = intraOpThreads(definition);
		try (LocalFile file = definition.source().open()) {
			for (int device : definition.instances().devices()) {
				for (int i = 0; i < sessionsPerDevice(definition); i++) {
					sessions.add(definition.loader().load(file.path(), new ExecutionResources(intraOpThreads, device)));
				}
			}
		}
	}

	/**
	 * Instances of one thread can share a session, as a call brings its own thread; a
	 * session with a pool of threads is not shared, since its callers would contend for
	 * the pool.
	 */
	private int sessionsPerDevice(ModelDefinition definition) {
		return (intraOpThreads(definition) == 1) ? 1 : definition.instances().instancesFor(this.cores);
	}

	private int intraOpThreads(ModelDefinition definition) {
		return definition.instances().intraOpThreadsFor(this.cores);
	}

	private WarmUp.Findings warmUp(ModelDefinition definition, List<Model> sessions, Padding padding) {
		this.measuring.lock();
		try {
			List<WarmUp.Findings> findings = new ArrayList<>();
			for (Model session : sessions) {
				findings
					.add(new WarmUp(session, definition.warmUp(), definition.batching(), padding, this.nanoTime).run());
			}
			return findings.get(0);
		}
		finally {
			this.measuring.unlock();
		}
	}

	private List<BatchFunction<NamedTensors, NamedTensors>> functions(ModelDefinition definition,
			List<Model> sessions) {
		int callers = definition.instances().instancesFor(this.cores) / sessionsPerDevice(definition);
		List<BatchFunction<NamedTensors, NamedTensors>> functions = new ArrayList<>();
		for (Model session : sessions) {
			functions.addAll(Collections.nCopies(callers, session::run));
		}
		return functions;
	}

	private AdjustableBatcher<NamedTensors, NamedTensors> batcher(ModelDefinition definition, ModelDetails details,
			List<Model> sessions, Padding padding, BatchListener listener) {
		BatchingPlan plan = details.plan();
		BatchAdapter<NamedTensors, NamedTensors> adapter = plan.batched() ? TensorBatching.byRows(padding)
				: TensorBatching.wholeRequests();
		BatchingSettings settings = definition.batching();
		return Batcher.dynamic(adapter, functions(definition, sessions))
			.name("model-" + definition.key())
			.policy(new BatchingPolicy(plan.maxBatchSize(), settings.maxQueueDelay(), settings.queueCapacity()))
			.costs(plan.costCurve())
			.listener(listener)
			.completions(this.completions)
			.nanoTime(this.nanoTime)
			.build();
	}

}
