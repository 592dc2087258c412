package io.modelserving.autoconfigure.endpoint;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.Order;

import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ServingListener;

/**
 * Starts endpoints when their models have been loaded. What can be wrong with an example
 * before that has failed startup.
 */
@Order(0)
class ExampleValidation implements ServingListener {

	private final ObjectProvider<ModelEndpoints> endpoints;

	private final ObjectProvider<InferenceService> service;

	/**
	 * Create the listener. The providers break the circle in which the service is built
	 * with its listeners.
	 * @param endpoints the endpoints
	 * @param service runs the models
	 */
	ExampleValidation(ObjectProvider<ModelEndpoints> endpoints, ObjectProvider<InferenceService> service) {
		this.endpoints = endpoints;
		this.service = service;
	}

	@Override
	public void statusChanged(ModelStatus status) {
		switch (status.state()) {
			case LOADING, WARMING -> this.endpoints.getObject().expectStart(status.key());
			case READY -> {
				if (status.isAvailable()) {
					this.endpoints.getObject().start(status.key(), this.service.getObject());
				}
			}
			case DRAINING, UNLOADED, FAILED -> this.endpoints.getObject().postponeStart(status.key());
		}
	}

	/**
	 * Return which endpoints of a model have not started, and why.
	 * @param model the name of the model
	 * @return a sentence for each
	 */
	List<String> obstacles(String model) {
		return this.endpoints.getObject().obstacles(model);
	}

}
