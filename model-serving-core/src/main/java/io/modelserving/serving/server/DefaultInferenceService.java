package io.modelserving.serving.server;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.Outcome;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ServedModel;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.server.VersionRouter.Destination;
import io.modelserving.tensor.NamedTensors;

/**
 * Routes calls, submits them, and reports how they ended.
 */
final class DefaultInferenceService implements InferenceService {

	private final VersionRouter router;

	private final ShadowTraffic shadow;

	private final Admission admission;

	private final ServingListener listener;

	private final LongSupplier nanoTime;

	DefaultInferenceService(VersionRouter router, ShadowTraffic shadow, ServingListener listener,
			LongSupplier nanoTime) {
		this.router = router;
		this.shadow = shadow;
		this.admission = new Admission(router);
		this.listener = listener;
		this.nanoTime = nanoTime;
	}

	void stopAdmission() {
		this.admission.stop();
	}

	@Override
	public CompletableFuture<InferenceResult> infer(InferenceRequest request) {
		long now = this.nanoTime.getAsLong();
		Deadline deadline = (request.deadline() != null) ? request.deadline() : Deadline.after(null, now);
		Destination destination;
		try {
			destination = this.router.route(request);
		}
		catch (InferenceException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		request.memory().retain();
		Admission.Ticket ticket = this.admission.submit(request, destination, deadline);
		CompletableFuture<InferenceResult> result = new CompletableFuture<>();
		ticket.result().whenComplete((outputs, failure) -> {
			end(result, deadline.arrival(), ticket, request, outputs, failure);
			if (outputs != null) {
				this.shadow.completed(request, ticket.destination(), outputs);
			}
			// an instance that still reads the inputs has retained them
			request.memory().release();
		});
		result.whenComplete((done, failure) -> ticket.result().cancel(false));
		return result;
	}

	@Override
	public Optional<Overloaded> rejection(String model, @Nullable Long version, int priority, long arrival) {
		ModelSlot slot = this.router.only(model, version);
		ServedModel served = (slot != null) ? slot.serving() : null;
		return (served != null) ? served.rejection(priority, arrival) : Optional.empty();
	}

	@Override
	public void notMade(String model, @Nullable Long version, Outcome outcome, long arrival) {
		ModelSlot slot = (version == null) ? this.router.principal(model) : this.router.only(model, version);
		if (slot != null && slot.serving() != null) {
			this.listener.completed(slot.key(), outcome, this.nanoTime.getAsLong() - arrival);
		}
	}

	/**
	 * End a call. It is counted first, so that a caller who has the result finds it
	 * counted.
	 */
	private void end(CompletableFuture<InferenceResult> result, long arrival, Admission.Ticket ticket,
			InferenceRequest request, @Nullable NamedTensors outputs, @Nullable Throwable failure) {
		Destination destination = ticket.destination();
		List<String> wanted = request.outputs();
		InferenceResult success = null;
		Throwable reason = failure;
		if (outputs != null) {
			try {
				success = new InferenceResult(destination.slot().key(),
						(wanted.isEmpty() || outputs.names().isEmpty()) ? outputs : outputs.select(wanted),
						ticket.cache());
			}
			catch (IllegalArgumentException ex) {
				reason = new ExecutionFailed("the model did not give the outputs it declares", ex);
			}
		}
		Outcome outcome = request.outcome(reason);
		Optional<RolledBack> rolledBack = this.router.record(destination, outcome);
		if (request.origin() != Origin.EXAMPLE) {
			this.listener.completed(destination.slot().key(), outcome, this.nanoTime.getAsLong() - arrival);
		}
		if (reason != null) {
			result.completeExceptionally(reason);
		}
		else {
			result.complete(success);
		}
		rolledBack.ifPresent(this.listener::rolledBack);
	}

}
