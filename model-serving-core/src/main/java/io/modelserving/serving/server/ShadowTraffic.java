package io.modelserving.serving.server;

import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ModelSlots;
import io.modelserving.serving.lifecycle.ServedModel;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.warmup.TensorComparison;
import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.server.VersionRouter.Destination;
import io.modelserving.tensor.NamedTensors;

/**
 * Gives copies of calls to another version and compares the results.
 * <p>
 * Protocol: a copy is made when the caller has its result, so that it can delay no
 * caller, and of calls that were completed only. Tensors are immutable and belong to the
 * call, so the copy shares them. At most {@value #MAX_INFLIGHT} copies of a model are
 * under way, and they take at most half of the queue of the version that gets them.
 * Whatever goes wrong ends as a count. Thread-safe.
 */
final class ShadowTraffic {

	static final int MAX_INFLIGHT = 64;

	private final ModelSlots slots;

	private final ServingListener listener;

	private final DoubleSupplier random;

	private final LongSupplier nanoTime;

	ShadowTraffic(ModelSlots slots, ServingListener listener, DoubleSupplier random, LongSupplier nanoTime) {
		this.slots = slots;
		this.listener = listener;
		this.random = random;
		this.nanoTime = nanoTime;
	}

	/**
	 * Copy a call that has got its result, if its model's traffic wants that.
	 * @param request what was asked
	 * @param destination where it was served
	 * @param outputs the result
	 */
	void completed(InferenceRequest request, Destination destination, NamedTensors outputs) {
		Routing routing = destination.routing();
		Shadow shadow = (routing != null) ? routing.traffic().shadow() : null;
		if (routing == null || shadow == null || shadow.version() == destination.slot().key().version()
				|| this.random.getAsDouble() >= shadow.share()) {
			return;
		}
		Copy copy = new Copy(routing, shadow, new ModelKey(routing.model(), shadow.version()));
		ServedModel served = servedWithRoom(routing, copy.key());
		if (served == null || !routing.shadowCounts().begin()) {
			count(copy, ShadowOutcome.SKIPPED, "");
			return;
		}
		run(copy, served, request).whenComplete((result, failure) -> {
			routing.shadowCounts().end();
			end(copy, destination.slot().key(), outputs, result, failure);
		});
	}

	private @Nullable ServedModel servedWithRoom(Routing routing, ModelKey key) {
		ModelSlot slot = this.slots.get(key);
		if (slot == null || !slot.isEnabled() || routing.isRolledBack(key.version())) {
			return null;
		}
		ServedModel served = slot.serving();
		// the states of a sequence are those of one version
		boolean room = served != null && served.sequenceStatus() == null
				&& served.snapshot().queuedRows() < served.limits().queueCapacity() / 2;
		return room ? served : null;
	}

	private CompletableFuture<NamedTensors> run(Copy copy, ServedModel served, InferenceRequest request) {
		try {
			ModelSlot slot = this.slots.require(copy.key());
			long now = this.nanoTime.getAsLong();
			return served.infer(request.inputs(), Deadline.after(slot.definition().batching().defaultTimeout(), now),
					served.lowestPriority(), now, request.memory());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void end(Copy copy, ModelKey original, NamedTensors outputs, @Nullable NamedTensors result,
			@Nullable Throwable failure) {
		if (result == null) {
			boolean rejected = failure instanceof Overloaded || failure instanceof ModelUnavailable;
			count(copy, rejected ? ShadowOutcome.SKIPPED : ShadowOutcome.FAILED, String.valueOf(failure));
			return;
		}
		Double tolerance = copy.shadow().tolerance();
		TensorComparison comparison = new TensorComparison("from version " + copy.key().version(),
				"from version " + original.version(),
				(tolerance != null) ? type -> tolerance : TensorComparison::suiting);
		String difference = comparison.difference(result, outputs);
		count(copy, (difference != null) ? ShadowOutcome.DIFFERED : ShadowOutcome.MATCHED,
				(difference != null) ? difference : "");
	}

	private void count(Copy copy, ShadowOutcome outcome, String detail) {
		copy.routing().shadowCounts().count(outcome, detail);
		this.listener.shadowed(copy.key(), outcome);
	}

	private record Copy(Routing routing, Shadow shadow, ModelKey key) {
	}

}
