package io.modelserving.autoconfigure;

import org.springframework.context.ApplicationEventPublisher;

import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelRolledBackEvent;
import io.modelserving.serving.ModelStatusChangedEvent;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.ServingListener;

/**
 * Publishes an event when a model changes its state or loses its traffic.
 */
final class ModelStatusPublisher implements ServingListener {

	private final ApplicationEventPublisher publisher;

	ModelStatusPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void statusChanged(ModelStatus status) {
		this.publisher.publishEvent(new ModelStatusChangedEvent(status));
	}

	@Override
	public void rolledBack(RolledBack rolledBack) {
		this.publisher.publishEvent(new ModelRolledBackEvent(rolledBack));
	}

}
