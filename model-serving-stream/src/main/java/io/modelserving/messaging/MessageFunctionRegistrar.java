package io.modelserving.messaging;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Makes a bean of each function that is configured.
 */
final class MessageFunctionRegistrar implements BeanDefinitionRegistryPostProcessor {

	private final ConfigurableEnvironment environment;

	MessageFunctionRegistrar(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		BindingDefaults.functions(this.environment).forEach((name) -> register(name, registry));
	}

	private void register(String name, BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(name)) {
			throw new InvalidMessageFunctionException(
					"The function \"%s\" of %s has the name of another bean".formatted(name, FunctionProperties.PREFIX),
					"Give the function a name of its own, which is the beginning of the names of its bindings.");
		}
		ConfigurableListableBeanFactory beans = (ConfigurableListableBeanFactory) registry;
		registry.registerBeanDefinition(name,
				BindingDefaults.isBatch(name, this.environment)
						? new RootBeanDefinition(MessageFunction.class, () -> function(name, beans))
						: new RootBeanDefinition(SingleMessageFunction.class,
								() -> new SingleMessageFunction(function(name, beans))));
	}

	private static MessageFunction function(String name, ConfigurableListableBeanFactory beans) {
		return beans.getBean(MessageFunctions.class).create(name);
	}

}
