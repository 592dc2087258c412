package io.modelserving.endpoint;

import java.time.Duration;

import jakarta.validation.Validation;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.util.unit.DataSize;

import io.modelserving.serving.InferenceService;

/**
 * Endpoints without an application.
 */
final class Endpoints {

	static final RequestValidation VALIDATION = new BeanValidation(
			Validation.buildDefaultValidatorFactory().getValidator());

	private Endpoints() {
	}

	static ModelEndpoints find(Class<?>... handlers) {
		GenericApplicationContext context = new GenericApplicationContext();
		for (Class<?> handler : handlers) {
			context.registerBean(handler);
		}
		context.refresh();
		return ModelEndpoints.find(context.getBeanFactory());
	}

	static MockMvcTester mvc(InferenceService service, Class<?>... handlers) {
		return MockMvcTester.create(MockMvcBuilders
			.routerFunctions(find(handlers).route(service, VALIDATION, DataSize.ofKilobytes(1), Duration.ZERO))
			.build());
	}

}
