package io.modelserving.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration for serving models in process, without any protocol: what is
 * configured, the repository, the server, and ONNX Runtime. A table of contents: each
 * import stands for one concern and carries its own conditions.
 */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "model-serving.enabled", matchIfMissing = true)
@Import({ OnnxConfiguration.class, SamplesConfiguration.class, BufferPoolConfiguration.class,
		RepositoryConfiguration.class, ModelServerConfiguration.class })
public final class ModelServingAutoConfiguration {

}
