package io.modelserving.autoconfigure;

import org.springframework.context.annotation.Configuration;

/**
 * The server of the models and its life.
 */
@Configuration(proxyBeanMethods = false)
class ModelServerConfiguration {

}
