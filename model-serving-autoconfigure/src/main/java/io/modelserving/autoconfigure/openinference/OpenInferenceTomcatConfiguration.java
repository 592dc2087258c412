package io.modelserving.autoconfigure.openinference;

import java.util.function.Supplier;

import io.modelserving.openinference.http.ProtocolPaths;
import org.apache.catalina.startup.Tomcat;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What Tomcat needs to follow the Open Inference Protocol before and after the
 * application handles a request.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, TomcatServletWebServerFactory.class })
class OpenInferenceTomcatConfiguration {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> openInferenceValvesCustomizer(ProtocolPaths paths) {
		return (factory) -> {
			Supplier<String> contextPath = () -> factory.getSettings().getContextPath().toString();
			factory.addEngineValves(new ProtocolErrorValve(paths, contextPath),
					new AcceptEncodingValve(paths, contextPath));
		};
	}

}
