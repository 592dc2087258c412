package io.modelserving.serving.server;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.cache.CachedCall;
import io.modelserving.serving.cache.ResultCache;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ServedModel;
import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.Quoted;
import io.modelserving.serving.server.VersionRouter.Destination;
import io.modelserving.tensor.NamedTensors;

/**
 * Hands calls in: fixes the deadline, and follows a model that is being replaced, or the
 * traffic away from a version that is being unloaded. Thread-safe.
 */
final class Admission {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final VersionRouter router;

	private volatile boolean open = true;

	Admission(VersionRouter router) {
		this.router = router;
	}

	/**
	 * Reject all calls from now on.
	 */
	void stop() {
		this.open = false;
	}

	/**
	 * Hand a call in. Never throws.
	 * @param request the call
	 * @param destination where it is to go first
	 * @param deadline when it arrived, and how long it may take unless the model's limit
	 * is shorter
	 * @return where it went, and its result
	 */
	Ticket submit(InferenceRequest request, Destination destination, Deadline deadline) {
		Ticket ticket = new Ticket(destination);
		ticket.result = submit(ticket, request, deadline);
		return ticket;
	}

	private CompletableFuture<NamedTensors> submit(Ticket ticket, InferenceRequest request, Deadline deadline) {
		Destination current = ticket.destination();
		try {
			ServedModel rejected = null;
			while (true) {
				ServedModel served = served(current);
				if (served == null || served == rejected) {
					Destination next = again(request, current);
					if (next.slot() == current.slot() && !(this.open && this.router.canServe(next, rejected))) {
						throw unavailable(current);
					}
					current = next;
					continue;
				}
				if (!request.outputs().isEmpty()) {
					checkOutputs(request.outputs(), served.outputNames());
				}
				ticket.destination = current;
				CompletableFuture<NamedTensors> result = infer(served, ticket, request, deadline);
				if (!wasRejectedByDraining(result)) {
					return result;
				}
				rejected = served;
				current = again(request, current);
			}
		}
		catch (RuntimeException ex) {
			ticket.destination = current;
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletableFuture<NamedTensors> infer(ServedModel served, Ticket ticket, InferenceRequest request,
			Deadline deadline) {
		Deadline limited = deadline.within(ticket.destination().slot().definition().batching().defaultTimeout());
		Function<Deadline, CompletableFuture<NamedTensors>> run = within -> served.infer(request, within);
		ResultCache cache = served.cache();
		if (cache == null || request.origin() == Origin.EXAMPLE || request.sequence() != null) {
			ticket.cache = null;
			return run.apply(limited);
		}
		return cache.infer(new CachedCall(request.inputs(), request.memory(), request.cache(), limited,
				served.level(request.priority()), outcome -> ticket.cache = outcome, run,
				() -> submit(ticket, request, deadline)));
	}

	private Destination again(InferenceRequest request, Destination last) {
		return (this.open && last.routing() != null) ? this.router.route(request) : last;
	}

	private @Nullable ServedModel served(Destination destination) {
		return (this.open && !destination.isRolledBack() && destination.slot().isEnabled())
				? destination.slot().serving() : null;
	}

	/**
	 * A model that was replaced between look-up and submission rejects the call; the one
	 * in its place takes it.
	 */
	private static boolean wasRejectedByDraining(CompletableFuture<NamedTensors> result) {
		return result.isCompletedExceptionally() && !result.isCancelled()
				&& result.handle((outputs, failure) -> failure).join() instanceof ModelUnavailable;
	}

	private static void checkOutputs(List<String> wanted, List<String> known) {
		Set<String> unknown = new LinkedHashSet<>(wanted);
		known.forEach(unknown::remove);
		if (!unknown.isEmpty()) {
			throw new InvalidInput(
					"unknown output [%s]; the model gives [%s]".formatted(Quoted.list(unknown), Quoted.list(known)));
		}
	}

	private ModelUnavailable unavailable(Destination destination) {
		return new ModelUnavailable(this.open ? why(destination) : "the application is shutting down", RETRY_AFTER);
	}

	private static String why(Destination destination) {
		ModelSlot slot = destination.slot();
		if (destination.isRolledBack()) {
			return "model \"%s\" has no version that can serve: version %d has lost its traffic, as too many of its calls failed"
				.formatted(Quoted.text(slot.key().name()), slot.key().version());
		}
		return "model %s is %s".formatted(Quoted.name(slot.key().name()), slot.status().describePublicly());
	}

	/**
	 * A call that was handed in. Where it went is final once the result is completed.
	 */
	static final class Ticket {

		private volatile Destination destination;

		private volatile @Nullable CacheOutcome cache;

		private CompletableFuture<NamedTensors> result = new CompletableFuture<>();

		private Ticket(Destination destination) {
			this.destination = destination;
		}

		/**
		 * Return where the call went.
		 */
		Destination destination() {
			return this.destination;
		}

		/**
		 * Return what the cache of the model did for the call, or {@code null} if it has
		 * none.
		 */
		@Nullable CacheOutcome cache() {
			return this.cache;
		}

		CompletableFuture<NamedTensors> result() {
			return this.result;
		}

	}

}
