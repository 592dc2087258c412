package io.modelserving.autoconfigure;

import org.apache.catalina.startup.Tomcat;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

/**
 * What Tomcat needs to refuse requests rightly while it ends.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, TomcatServletWebServerFactory.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
class TomcatConfiguration {

	private final RefusalValve valve = new RefusalValve();

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> refusalValveCustomizer() {
		return (factory) -> factory.addEngineValves(this.valve);
	}

	@Bean
	ApplicationListener<ContextClosedEvent> refusalValveListener() {
		return (event) -> this.valve.applicationEnds();
	}

}
