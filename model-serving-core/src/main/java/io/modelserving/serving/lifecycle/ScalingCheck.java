package io.modelserving.serving.lifecycle;

import java.util.concurrent.CompletableFuture;

import io.modelserving.serving.scaling.ScalingDecision;

/**
 * Changes the number of instances of a slot where its load asks for it. A change is
 * decided on only once the one before has ended. Used by one thread at a time.
 */
final class ScalingCheck {

	private static final System.Logger logger = System.getLogger(ScalingCheck.class.getName());

	private final ModelSlot slot;

	private volatile CompletableFuture<?> ended = CompletableFuture.completedFuture(null);

	ScalingCheck(ModelSlot slot) {
		this.slot = slot;
	}

	/**
	 * Check the load once.
	 * @param now the current nanosecond time
	 */
	void run(long now) {
		ServedModel served = this.slot.serving();
		if (served == null || !this.ended.isDone()) {
			return;
		}
		ScalingDecision decision = served.checkScaling(now);
		if (decision != null) {
			this.ended = this.slot.scale(decision.instances(), decision.reason()).whenComplete((done, failure) -> {
				if (failure != null) {
					logger.log(System.Logger.Level.WARNING, "the instances of " + this.slot.key() + " stay as they are",
							failure);
				}
			});
		}
	}

}
