package io.modelserving.endpoint;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.StringUtils;

/**
 * Finds the beans annotated {@link ModelEndpoint} and reads their declarations.
 */
final class EndpointScanner {

	private final ConfigurableListableBeanFactory beanFactory;

	EndpointScanner(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Find the endpoints.
	 * @return the endpoints, in the order of the beans
	 * @throws InvalidModelEndpointException if one is declared wrongly
	 */
	List<Endpoint<?, ?>> scan() {
		List<Endpoint<?, ?>> endpoints = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForAnnotation(ModelEndpoint.class)) {
			ModelEndpoint annotation = this.beanFactory.findAnnotationOnBean(beanName, ModelEndpoint.class);
			if (annotation != null) {
				endpoints.add(read(beanName, annotation, this.beanFactory.getBean(beanName)));
			}
		}
		return endpoints;
	}

	private Endpoint<?, ?> read(String beanName, ModelEndpoint annotation, Object bean) {
		Class<?> type = AopUtils.getTargetClass(bean);
		if (!(bean instanceof EndpointHandler<?, ?> handler)) {
			throw new InvalidModelEndpointException(
					"Bean \"%s\" (%s) is annotated @ModelEndpoint but is no handler".formatted(beanName,
							type.getName()),
					"Let %s implement ModelHandler<Request, Response>, MultiItemModelHandler<Request, Response>, PipelineHandler<Request, Response> or StreamingModelHandler<Request, Event>"
						.formatted(type.getSimpleName()));
		}
		return read(beanName, annotation, handler, type);
	}

	private <I, O> Endpoint<I, O> read(String beanName, ModelEndpoint annotation, EndpointHandler<I, O> handler,
			Class<?> handlerType) {
		String model = model(beanName, resolve(annotation.model()), handler);
		return new Endpoint<>(beanName, handler, typeArgument(beanName, handlerType, 0),
				typeArgument(beanName, handlerType, 1), path(beanName, resolve(annotation.path())), model,
				version(beanName, annotation),
				new Endpoint.Documentation(annotation.summary(), annotation.description(), tag(annotation, model)),
				List.of(annotation.produces()));
	}

	private static String model(String beanName, String model, EndpointHandler<?, ?> handler) {
		boolean pipeline = handler instanceof PipelineHandler;
		if (pipeline != model.isEmpty()) {
			throw new InvalidModelEndpointException(
					pipeline ? "The @ModelEndpoint bean \"%s\" is for the model \"%s\" and has a pipeline".formatted(
							beanName, model) : "The @ModelEndpoint bean \"%s\" names no model".formatted(beanName),
					pipeline ? "Leave the model out, or implement ModelHandler<Request, Response>"
							: "Name the model, as in: @ModelEndpoint(path = \"/digits\", model = \"digits\")");
		}
		return model;
	}

	private static String tag(ModelEndpoint annotation, String model) {
		return !annotation.tag().isEmpty() ? annotation.tag() : model.isEmpty() ? "pipelines" : model;
	}

	/** What a superclass or an interface leaves open does not matter. */
	private static boolean isUnknown(ResolvableType type) {
		return type.isArray() ? isUnknown(type.getComponentType())
				: type.resolve() == null || (type.hasGenerics() && type.hasUnresolvableGenerics());
	}

	private static ResolvableType typeArgument(String beanName, Class<?> handlerType, int index) {
		ResolvableType type = ResolvableType.forClass(handlerType).as(EndpointHandler.class).getGeneric(index);
		if (isUnknown(type) || type.resolve() == Object.class) {
			throw new InvalidModelEndpointException(
					"The %s type of the @ModelEndpoint bean \"%s\" cannot be determined"
						.formatted((index == 0) ? "request" : "response", beanName),
					"Declare a class that names both types, as in: class DigitEndpoint implements"
							+ " ModelHandler<DigitImage, DigitPrediction>");
		}
		return ResolvedTypes.withoutVariables(type);
	}

	private static String path(String beanName, String path) {
		if (!path.startsWith("/") || StringUtils.containsWhitespace(path)
				|| path.chars().anyMatch(character -> "{}*?#".indexOf(character) >= 0)) {
			throw new InvalidModelEndpointException(
					"The path \"%s\" of the @ModelEndpoint bean \"%s\" is no literal path".formatted(path, beanName),
					"Give a path that begins with \"/\" and has no variables or wildcards, such as /digits");
		}
		return path;
	}

	private static @Nullable Long version(String beanName, ModelEndpoint annotation) {
		if (annotation.version() < 0) {
			throw new InvalidModelEndpointException("The version %d of the @ModelEndpoint bean \"%s\" is negative"
				.formatted(annotation.version(), beanName),
					"Give a version from 1 on, or leave it out for the default version");
		}
		return (annotation.version() == 0) ? null : annotation.version();
	}

	private String resolve(String value) {
		String resolved = this.beanFactory.resolveEmbeddedValue(value);
		return (resolved != null) ? resolved : value;
	}

}
