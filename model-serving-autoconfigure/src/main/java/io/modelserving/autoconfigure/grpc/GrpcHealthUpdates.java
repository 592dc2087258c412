package io.modelserving.autoconfigure.grpc;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

import io.modelserving.openinference.grpc.ServingHealth;
import io.modelserving.serving.ModelStatusChangedEvent;

/**
 * Has the health service follow the models and the application at once. It is right from
 * the first response on: this bean exists before the server starts.
 * <p>
 * It is a listener itself and has no listening methods. Those are looked up in the
 * context for each event, which fails once a start has failed: the context of a separate
 * management port, whose closing is an event, would never be closed then, and the process
 * would not end.
 */
final class GrpcHealthUpdates implements ApplicationListener<ApplicationEvent> {

	private final ServingHealth health;

	GrpcHealthUpdates(ServingHealth health, ReadinessState readiness) {
		this.health = health;
		readinessChanged(readiness);
	}

	private void readinessChanged(ReadinessState readiness) {
		this.health.accepting(readiness == ReadinessState.ACCEPTING_TRAFFIC);
	}

	/**
	 * Say from now on that nothing serves.
	 */
	void end() {
		this.health.end();
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof AvailabilityChangeEvent<?> change
				&& change.getState() instanceof ReadinessState readiness) {
			readinessChanged(readiness);
		}
		else if (event instanceof PayloadApplicationEvent<?> payload
				&& payload.getPayload() instanceof ModelStatusChangedEvent) {
			this.health.update();
		}
	}

}
