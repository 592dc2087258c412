package io.modelserving.autoconfigure.pipeline;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.StageObserver;

/**
 * Auto-configuration of the stages of pipelines: methods become beans, and all stages are
 * observed and drained.
 */
@AutoConfiguration(after = ModelServingAutoConfiguration.class)
@EnableConfigurationProperties({ StageProperties.class, LifecycleProperties.class })
public final class PipelineAutoConfiguration {

	@Bean
	static PipelineStages pipelineStages() {
		return new PipelineStages();
	}

	@Bean
	PipelineLifecycle pipelineLifecycle(ObjectProvider<Stage<?, ?>> stages, ObjectProvider<Pipeline<?, ?>> pipelines,
			ObjectProvider<StageObserver> observers, PipelineStages methods, StageProperties properties,
			LifecycleProperties lifecycle) {
		return new PipelineLifecycle(stages, pipelines, observers, methods, properties,
				lifecycle.getTimeoutPerShutdownPhase());
	}

	/** Around all other observers. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	StageObserver contextOfPipelineCallers(ObjectProvider<TaskDecorator> decorators) {
		return new ContextOfCallers(decorators.orderedStream().toList());
	}

}
