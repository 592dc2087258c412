package io.modelserving.autoconfigure.web;

import java.util.function.Consumer;

import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.Environment;

/**
 * What Tomcat needs to refuse requests rightly while it ends, to keep many of them under
 * way, and to keep their connections.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, TomcatServletWebServerFactory.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
class TomcatConfiguration {

	private static final int UNLIMITED = -1;

	private final RefusalValve valve = new RefusalValve();

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> refusalValveCustomizer() {
		return (factory) -> factory.addEngineValves(this.valve, new UnreadBodyValve());
	}

	/**
	 * Tomcat keeps 200 processors for its next requests and makes all others anew, tens
	 * of kilobytes each: enough for as many threads, but a request that waits for a model
	 * has a processor and no thread. Its documentation wants as many as there are
	 * requests at once, which is memory that they have needed already.
	 */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> processorCacheCustomizer(Environment environment) {
		return unlessSet(environment, "server.tomcat.processor-cache", AbstractProtocol.class,
				(protocol) -> protocol.setProcessorCache(UNLIMITED));
	}

	/**
	 * Tomcat closes a connection after 100 requests. A client that is busy needs another
	 * one then, which takes a full second more where it finds Tomcat's backlog full, and
	 * that is when there is most to do.
	 */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> keepAliveCustomizer(Environment environment) {
		return unlessSet(environment, "server.tomcat.max-keep-alive-requests", AbstractHttp11Protocol.class,
				(protocol) -> protocol.setMaxKeepAliveRequests(UNLIMITED));
	}

	private static <P> WebServerFactoryCustomizer<TomcatServletWebServerFactory> unlessSet(Environment environment,
			String property, Class<P> kind, Consumer<P> setting) {
		if (Binder.get(environment).bind(property, Integer.class).isBound()) {
			return (factory) -> {
			};
		}
		return (factory) -> factory.addConnectorCustomizers((connector) -> {
			if (kind.isInstance(connector.getProtocolHandler())) {
				setting.accept(kind.cast(connector.getProtocolHandler()));
			}
		});
	}

	@Bean
	ApplicationListener<ContextClosedEvent> refusalValveListener() {
		return (event) -> this.valve.applicationEnds();
	}

}
