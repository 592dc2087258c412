package io.modelserving.autoconfigure;

import org.apache.catalina.startup.Tomcat;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What Tomcat needs to end without losing a request.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, TomcatWebServer.class, WebServerApplicationContext.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
class TomcatConfiguration {

	@Bean
	TomcatConnectionsLifecycle tomcatConnectionsLifecycle(ApplicationContext context) {
		return new TomcatConnectionsLifecycle(() -> TomcatConnections.count(context));
	}

}
