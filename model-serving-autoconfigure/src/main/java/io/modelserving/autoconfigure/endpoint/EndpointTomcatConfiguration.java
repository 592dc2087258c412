package io.modelserving.autoconfigure.endpoint;

import org.apache.catalina.startup.Tomcat;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/**
 * Has Tomcat read large bodies in larger pieces, where that was asked for: the memory is
 * taken for each connection.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, TomcatServletWebServerFactory.class })
@ConditionalOnProperty("model-serving.endpoints.read-buffer-size")
class EndpointTomcatConfiguration {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> endpointReadBufferCustomizer(
			EndpointProperties properties) {
		DataSize size = properties.readBufferSize();
		return (factory) -> {
			if (size != null) {
				factory.addConnectorCustomizers(
						(connector) -> connector.setProperty("socket.appReadBufSize", Long.toString(size.toBytes())));
			}
		};
	}

}
