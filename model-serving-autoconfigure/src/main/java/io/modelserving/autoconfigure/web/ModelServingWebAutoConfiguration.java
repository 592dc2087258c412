package io.modelserving.autoconfigure.web;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.BufferPool;
import jakarta.servlet.Servlet;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration for the HTTP entry point of typed endpoints and the Open Inference
 * Protocol, which need it.
 */
@AutoConfiguration(after = ModelServingAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ Servlet.class, DispatcherServlet.class })
@ConditionalOnBean({ ModelRegistry.class, InferenceService.class, BufferPool.class })
@Import({ WebConfiguration.class, TomcatConfiguration.class })
public final class ModelServingWebAutoConfiguration {

}
