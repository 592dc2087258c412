package io.modelserving.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;

import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.model.onnx.OnnxSessionOptionsCustomizer;

/**
 * ONNX Runtime, where it is on the class path.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "ai.onnxruntime.OrtEnvironment")
class OnnxConfiguration {

	@Bean
	ModelLoaderFactory onnxModelLoaderFactory(ObjectProvider<OnnxSessionOptionsCustomizer> customizers,
			ResourceLoader resourceLoader) {
		OnnxRuntimeCheck.check(resourceLoader.getClassLoader());
		return (runtime) -> new OnnxModelLoader(runtime.onnxOptions(), customizers.orderedStream().toList());
	}

}
