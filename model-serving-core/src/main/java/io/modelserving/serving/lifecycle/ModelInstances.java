package io.modelserving.serving.lifecycle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.AdjustableBatcher;
import io.modelserving.batching.BatchFunction;
import io.modelserving.model.Model;
import io.modelserving.tensor.NamedTensors;

/**
 * The instances of a served model, as many on each of its devices, and the sessions that
 * they run.
 * <p>
 * Protocol: one thread at a time scales; sessions are loaded and warmed before the lock
 * of this object is taken, which guards all state. New instances join the queue of the
 * batcher; retired ones end after their batch, and the last thing that the thread of an
 * instance does is to close its session if no other instance runs it. Closing happens
 * when no instance runs any more, from any thread, and closes what is open, also what a
 * scaling under way has just loaded. A session may be closed twice, which does nothing.
 */
final class ModelInstances {

	private final SessionLoader loader;

	private final Consumer<Model> warmUp;

	/** Set before there are any calls. */
	private @Nullable AdjustableBatcher<NamedTensors, NamedTensors> batcher;

	private final List<SessionFunction> active;

	private final Map<Model, Integer> users = new IdentityHashMap<>();

	private boolean closed;

	/**
	 * Create the first instances.
	 * @param loader loads further sessions
	 * @param warmUp runs a further session before it takes calls
	 * @param initial what its instances do, as many on each device
	 */
	ModelInstances(SessionLoader loader, Consumer<Model> warmUp, List<SessionFunction> initial) {
		this.loader = loader;
		this.warmUp = warmUp;
		this.active = new ArrayList<>(initial);
		initial.forEach(function -> this.users.merge(function.session(), 1, Integer::sum));
	}

	/**
	 * Set the batcher that runs the instances.
	 */
	synchronized void runOn(AdjustableBatcher<NamedTensors, NamedTensors> running) {
		this.batcher = running;
	}

	private AdjustableBatcher<NamedTensors, NamedTensors> batcher() {
		return Objects.requireNonNull(this.batcher);
	}

	/**
	 * Return the number of instances on each device that take calls.
	 */
	synchronized int perDevice() {
		return this.active.size() / devices().size();
	}

	private synchronized List<Integer> devices() {
		return this.active.stream().map(SessionFunction::deviceIndex).distinct().toList();
	}

	/**
	 * Have more or fewer instances.
	 * @param perDevice the number on each device, at least 1
	 * @return completes when as many take calls and those that are retired have ended
	 * @throws io.modelserving.model.ModelLoadException if a session cannot be loaded or
	 * does not run; nothing has changed then
	 */
	CompletableFuture<Void> scale(int perDevice) {
		int change = perDevice - perDevice();
		if (change > 0) {
			join(load(change));
			return CompletableFuture.completedFuture(null);
		}
		return retire(-change);
	}

	private List<SessionFunction> load(int more) {
		List<SessionFunction> fresh = new ArrayList<>();
		if (this.loader.sharesSessions()) {
			for (int device : devices()) {
				for (int i = 0; i < more; i++) {
					fresh.add(new SessionFunction(last(device).session(), device));
				}
			}
			return fresh;
		}
		List<Integer> devices = new ArrayList<>();
		devices().forEach(device -> devices.addAll(Collections.nCopies(more, device)));
		List<Model> sessions = load(devices);
		for (int i = 0; i < sessions.size(); i++) {
			fresh.add(new SessionFunction(sessions.get(i), devices.get(i)));
		}
		return fresh;
	}

	private List<Model> load(List<Integer> devices) {
		synchronized (this.loader) {
			List<Model> sessions = this.loader.load(devices);
			try {
				sessions.forEach(this.warmUp);
			}
			catch (RuntimeException | Error ex) {
				sessions.forEach(Model::close);
				throw ex;
			}
			return sessions;
		}
	}

	/**
	 * Make what an instance does that takes the place of one that hangs: on the same
	 * session if that is shared; else on a session of its own, as the threads of the
	 * other are busy with the run that hangs.
	 * @param hung what the instance does that hangs
	 * @param gone completes once it has ended after all
	 * @param loading loads a session
	 */
	CompletableFuture<BatchFunction<NamedTensors, NamedTensors>> replace(BatchFunction<NamedTensors, NamedTensors> hung,
			CompletableFuture<Void> gone, Executor loading) {
		SessionFunction old = (SessionFunction) hung;
		if (this.loader.sharesSessions()) {
			return CompletableFuture.completedFuture(exchange(old, old.session(), gone));
		}
		return CompletableFuture.supplyAsync(() -> exchange(old, load(List.of(old.deviceIndex())).get(0), gone),
				loading);
	}

	private synchronized SessionFunction exchange(SessionFunction old, Model session, CompletableFuture<Void> gone) {
		SessionFunction fresh = new SessionFunction(session, old.deviceIndex());
		this.users.merge(session, 1, Integer::sum);
		if (this.closed || !this.active.contains(old)) {
			release(fresh);
			throw new IllegalStateException("the instance is not wanted any more");
		}
		this.active.replaceAll(function -> (function == old) ? fresh : function);
		gone.thenRun(() -> release(old));
		return fresh;
	}

	private synchronized void join(List<SessionFunction> fresh) {
		fresh.forEach(function -> this.users.merge(function.session(), 1, Integer::sum));
		if (this.closed) {
			fresh.forEach(this::release);
			return;
		}
		for (SessionFunction function : fresh) {
			batcher().add(function);
			this.active.add(function);
		}
	}

	private synchronized CompletableFuture<Void> retire(int fewer) {
		List<CompletableFuture<Void>> ended = new ArrayList<>();
		for (int device : devices()) {
			for (int i = 0; i < fewer; i++) {
				SessionFunction function = last(device);
				ended.add(batcher().retire(function).thenRun(() -> release(function)));
				this.active.remove(function);
			}
		}
		return CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new));
	}

	private synchronized SessionFunction last(int device) {
		return this.active.stream()
			.filter(function -> function.deviceIndex() == device)
			.reduce((one, other) -> other)
			.orElseThrow();
	}

	private void release(SessionFunction function) {
		Model session = function.session();
		synchronized (this) {
			int left = this.users.merge(session, -1, Integer::sum);
			if (left > 0) {
				return;
			}
			this.users.remove(session);
		}
		session.close();
	}

	/**
	 * Free all sessions, once no instance runs any more.
	 */
	void close() {
		List<Model> open;
		synchronized (this) {
			this.closed = true;
			open = List.copyOf(this.users.keySet());
		}
		open.forEach(Model::close);
	}

}
