package io.modelserving.autoconfigure.pipeline;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

import io.modelserving.pipeline.PipelineStage;
import io.modelserving.pipeline.Stage;

/**
 * Makes beans of the {@code @PipelineStage} methods of all beans.
 */
class PipelineStages implements BeanDefinitionRegistryPostProcessor, Ordered {

	private final Set<String> names = new TreeSet<>();

	/**
	 * Return the names of the stages that were found.
	 */
	Set<String> names() {
		return this.names;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			for (String beanName : registry.getBeanDefinitionNames()) {
				Class<?> type = beanFactory.getType(beanName, false);
				if (type != null && !type.getName().startsWith("org.springframework.")) {
					register(registry, beanFactory, beanName, ClassUtils.getUserClass(type));
				}
			}
		}
	}

	private void register(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory, String beanName,
			Class<?> type) {
		Map<Method, PipelineStage> methods = MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<PipelineStage>) (method) -> method
					.getAnnotation(PipelineStage.class));
		methods.forEach((method, annotation) -> {
			StageMethod stage = new StageMethod(type, method, annotation);
			if (registry.containsBeanDefinition(stage.name())) {
				throw new InvalidPipelineStageException(method,
						"has the name \"%s\", which another bean has".formatted(stage.name()),
						"Give it another one, as in: @PipelineStage(name = \"%sStage\")".formatted(stage.name()));
			}
			RootBeanDefinition definition = new RootBeanDefinition(Stage.class,
					() -> stage.start(() -> beanFactory.getBean(beanName),
							beanFactory.getBean(StageProperties.class).of(stage.name())));
			definition.setTargetType(stage.type());
			definition.setDestroyMethodName("close");
			registry.registerBeanDefinition(stage.name(), definition);
			this.names.add(stage.name());
		});
	}

	/** After all that registers beans. */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
