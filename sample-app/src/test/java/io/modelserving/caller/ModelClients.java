package io.modelserving.caller;

import io.modelserving.client.OpenInferenceClient;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * The client that the documentation shows.
 */
@Configuration(proxyBeanMethods = false)
@ImportHttpServices(group = "models", types = OpenInferenceClient.class)
class ModelClients {

}
