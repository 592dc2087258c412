package io.modelserving.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.Order;

import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ServingListener;

/**
 * Warns when a model has become ready that does not take the example of its endpoint.
 * What else can be wrong with an example has failed startup.
 */
@Order(0)
class ExampleWatch implements ServingListener {

	private static final Logger logger = LoggerFactory.getLogger(ExampleWatch.class);

	private final ObjectProvider<ModelEndpoints> endpoints;

	private final ObjectProvider<ModelRegistry> registry;

	/**
	 * Create the listener. The providers break the circle in which the registry is built
	 * with its listeners.
	 * @param endpoints the endpoints
	 * @param registry the models
	 */
	ExampleWatch(ObjectProvider<ModelEndpoints> endpoints, ObjectProvider<ModelRegistry> registry) {
		this.endpoints = endpoints;
		this.registry = registry;
	}

	@Override
	public void statusChanged(ModelStatus status) {
		if (status.state() == ModelState.READY) {
			this.registry.getObject().find(status.key()).ifPresent((model) -> check(status, model.details()));
		}
	}

	private void check(ModelStatus status, @Nullable ModelDetails details) {
		if (details != null) {
			this.endpoints.getObject().checkExamples(status.key(), details.signature()).forEach(logger::warn);
		}
	}

}
