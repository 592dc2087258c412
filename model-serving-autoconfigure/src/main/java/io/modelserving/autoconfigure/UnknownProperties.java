package io.modelserving.autoconfigure;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Refuses settings of models that there are not, which are misspelt ones as a rule and
 * would otherwise be passed over.
 */
final class UnknownProperties {

	private UnknownProperties() {
	}

	/**
	 * Check the settings of all models, and their defaults.
	 * @param environment holds the properties
	 * @throws org.springframework.boot.context.properties.bind.BindException if one is
	 * not known; Spring Boot explains it
	 */
	static void check(Environment environment) {
		Binder binder = Binder.get(environment);
		BindHandler handler = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
		binder.bind("model-serving.defaults", Bindable.of(ModelProperties.class), handler);
		binder.bind("model-serving.models", Bindable.mapOf(String.class, ModelProperties.class), handler);
	}

}
