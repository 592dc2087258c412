package io.modelserving.messaging;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;

import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.messaging.FunctionProperties.Target;
import io.modelserving.model.NearNames;
import io.modelserving.model.Quoted;
import io.modelserving.pipeline.Pipeline;

/**
 * Makes the functions that are configured. When the application begins to shut down,
 * polls that wait for a model are given up, to be delivered again elsewhere.
 */
final class MessageFunctions implements ApplicationListener<ContextClosedEvent> {

	private final FunctionProperties properties;

	private final Supplier<List<EndpointInvoker<?, ?>>> endpoints;

	private final ModelReplies.Factory models;

	private final ConfigurableListableBeanFactory beans;

	private final ConfigurableEnvironment environment;

	private final JsonMapper mapper;

	private final Function<String, MessageListener> listeners;

	private final CompletableFuture<?> closing = new CompletableFuture<>();

	MessageFunctions(FunctionProperties properties, Supplier<List<EndpointInvoker<?, ?>>> endpoints,
			ModelReplies.Factory models, ConfigurableListableBeanFactory beans, ConfigurableEnvironment environment,
			JsonMapper mapper, Function<String, MessageListener> listeners) {
		this.properties = properties;
		this.endpoints = endpoints;
		this.models = models;
		this.beans = beans;
		this.environment = environment;
		this.mapper = mapper;
		this.listeners = listeners;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		this.closing.complete(null);
	}

	/**
	 * Make a function.
	 * @param name the name of the function
	 * @return the function
	 * @throws InvalidMessageFunctionException if nothing can reply to its messages
	 */
	MessageFunction create(String name) {
		Target target = Objects.requireNonNull(this.properties.functions().get(name));
		return new MessageFunction(name, replies(name, target),
				new MessageFunction.Settings(BindingDefaults.deadLetters(name, this.environment), target.timeout(),
						target.maxReplySize().toBytes()),
				this.closing, this.listeners.apply(name), System::nanoTime);
	}

	private Replies replies(String name, Target target) {
		String path = FunctionProperties.PREFIX + "." + name;
		if (target.only().isEmpty()) {
			throw new InvalidMessageFunctionException(
					"The function \"%s\" does not say which one replies to its messages".formatted(name),
					"Set exactly one of %s.endpoint, %s.model and %s.pipeline.".formatted(path, path, path));
		}
		if (target.endpoint() != null) {
			return endpoint(path + ".endpoint", target.endpoint());
		}
		return (target.model() != null) ? this.models.of(path + ".model", target.model())
				: pipeline(path + ".pipeline", Objects.requireNonNull(target.pipeline()));
	}

	private Replies endpoint(String property, String wanted) {
		List<String> paths = new ArrayList<>();
		for (EndpointInvoker<?, ?> endpoint : this.endpoints.get()) {
			if (endpoint.path().equals(wanted) || endpoint.beanName().equals(wanted)) {
				return RequestReplies.of(endpoint, this.mapper);
			}
			paths.add(endpoint.path());
		}
		throw unknown(property, "@ModelEndpoint that gives one response for each request", wanted, paths);
	}

	private Replies pipeline(String property, String wanted) {
		List<String> names = List.of(this.beans.getBeanNamesForType(Pipeline.class));
		if (!names.contains(wanted)) {
			throw unknown(property, "bean of type Pipeline", wanted, names);
		}
		Pipeline<?, ?> pipeline = this.beans.getBean(wanted, Pipeline.class);
		ResolvableType type = type(this.beans.getMergedBeanDefinition(wanted)).as(Pipeline.class);
		if (type.resolveGeneric(0) == null || type.resolveGeneric(1) == null) {
			throw new InvalidMessageFunctionException(
					"%s is %s, whose types of items and results cannot be determined".formatted(property,
							Quoted.name(wanted)),
					"Declare the bean with both types, as in: @Bean Pipeline<Review, Score> %s()".formatted(wanted));
		}
		return RequestReplies.of(pipeline, type, this.mapper);
	}

	/** While beans are being created, what a method returns is not known by its type. */
	private static ResolvableType type(BeanDefinition definition) {
		Method method = (definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
		return (method != null) ? ResolvableType.forMethodReturnType(method) : definition.getResolvableType();
	}

	static InvalidMessageFunctionException unknown(String property, String kind, String wanted,
			Collection<String> existing) {
		@Nullable String near = NearNames.nearest(wanted, existing).orElse(null);
		return new InvalidMessageFunctionException(
				"%s is %s, and there is no such %s".formatted(property, Quoted.name(wanted), kind),
				(near != null) ? "Did you mean \"%s\"?".formatted(near) : existing.isEmpty()
						? "There is none at all: declare one." : "Name one of %s.".formatted(Quoted.names(existing)));
	}

}
