package io.modelserving.autoconfigure;

import io.modelserving.openinference.grpc.ServingHealth;
import io.modelserving.serving.ModelStatusChangedEvent;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.event.EventListener;

/**
 * Has the health service follow the models and the application at once. It is right from
 * the first answer on: this bean exists before the server starts.
 */
final class GrpcHealthUpdates {

	private final ServingHealth health;

	GrpcHealthUpdates(ServingHealth health, ReadinessState readiness) {
		this.health = health;
		readinessChanged(readiness);
	}

	private void readinessChanged(ReadinessState readiness) {
		this.health.accepting(readiness == ReadinessState.ACCEPTING_TRAFFIC);
	}

	@EventListener
	void on(AvailabilityChangeEvent<ReadinessState> event) {
		readinessChanged(event.getState());
	}

	@EventListener
	void on(ModelStatusChangedEvent event) {
		this.health.update();
	}

}
