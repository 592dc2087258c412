package io.modelserving.autoconfigure.web;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.env.Environment;

import io.modelserving.endpoint.ModelEndpoint;

/**
 * Fails the start of an application that runs on Spring WebFlux and would have its models
 * called over HTTP: the entry point is made of servlets. Without this check it would
 * start, look healthy and respond with 404.
 */
final class ReactiveStackCheck implements SmartInitializingSingleton {

	private final ListableBeanFactory beans;

	private final Environment environment;

	ReactiveStackCheck(ListableBeanFactory beans, Environment environment) {
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		String[] endpoints = this.beans.getBeanNamesForAnnotation(ModelEndpoint.class);
		boolean typed = endpoints.length > 0 && isEnabled("model-serving.endpoints.enabled");
		if (typed || isEnabled("model-serving.open-inference.enabled")) {
			throw new FailureAnalyzedException(
					"This application runs on Spring WebFlux, and %s need Spring MVC."
						.formatted(typed ? "@ModelEndpoint beans such as \"%s\"".formatted(endpoints[0])
								: "the paths of the Open Inference Protocol"),
					"Use spring-boot-starter-webmvc in place of spring-boot-starter-webflux, or add it, or call models in"
							+ " process through InferenceService, or over gRPC, and set"
							+ " model-serving.open-inference.enabled=false%s."
								.formatted(typed ? " and model-serving.endpoints.enabled=false" : ""));
		}
	}

	private boolean isEnabled(String property) {
		return this.environment.getProperty(property, Boolean.class, true);
	}

}
