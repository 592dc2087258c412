package io.modelserving.autoconfigure.web;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.catalina.Lifecycle;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.ProtocolHandler;
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

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.webmvc.autoconfigure.WebMvcProperties;
import org.springframework.util.function.SingletonSupplier;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.BodyMemory;
import io.modelserving.web.BodyRules;
import io.modelserving.web.tomcat.BodyReceiver;
import io.modelserving.web.tomcat.BodyReceiver.InProgress;

/**
 * What Tomcat needs to reject requests correctly while it shuts down, to handle many at
 * once, and to keep their connections.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, TomcatServletWebServerFactory.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
class TomcatConfiguration {

	private static final int UNLIMITED = -1;

	private final RejectionValve valve = new RejectionValve();

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> rejectionValveCustomizer() {
		return (factory) -> factory.addEngineValves(this.valve);
	}

	/**
	 * Tomcat sets its own adapter as it is initialised. A quarter of the heap is for the
	 * bodies that are arriving, so that slow senders cannot fill it.
	 */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> bodyReceiverCustomizer(ObjectProvider<BodyRules> rules,
			ObjectProvider<BufferPool> pool, ObjectProvider<WebMvcProperties> mvc) {
		Supplier<List<BodyRules>> all = SingletonSupplier.of(() -> rules.orderedStream().toList());
		BodyMemory memory = new BodyMemory(Runtime.getRuntime().maxMemory() / 4);
		AtomicReference<StandardContext> application = new AtomicReference<>();
		InProgress inProgress = (change) -> {
			StandardContext context = application.get();
			if (context != null && change > 0) {
				context.incrementInProgressAsyncCount();
			}
			else if (context != null) {
				context.decrementInProgressAsyncCount();
			}
		};
		return (factory) -> {
			factory.addContextCustomizers((context) -> application.set((StandardContext) context));
			factory.addConnectorCustomizers((connector) -> connector.addLifecycleListener((event) -> {
				if (Lifecycle.AFTER_INIT_EVENT.equals(event.getType())) {
					ProtocolHandler handler = connector.getProtocolHandler();
					handler.setAdapter(new BodyReceiver(handler.getAdapter(),
							(head) -> all.get()
								.stream()
								.map((rule) -> rule.find(head))
								.filter(Objects::nonNull)
								.findFirst()
								.orElse(null),
							factory.getSettings().getContextPath() + servletPrefix(mvc.getIfAvailable()),
							pool.getIfAvailable(() -> BufferPool.NONE), memory, inProgress));
				}
			}));
		};
	}

	private static String servletPrefix(@Nullable WebMvcProperties mvc) {
		return (mvc != null) ? mvc.getServlet().getServletPrefix() : "";
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

	/**
	 * Tomcat has 16 KB of buffers on the heap for each connection. Each collection copies
	 * those of new connections, and many connections at once fill the old generation,
	 * until a full collection stops all requests for a tenth of a second.
	 */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> socketBufferCustomizer() {
		return (factory) -> factory
			.addConnectorCustomizers((connector) -> connector.setProperty("socket.directBuffer", "true"));
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
	ApplicationListener<ContextClosedEvent> rejectionValveListener() {
		return (event) -> this.valve.applicationEnds();
	}

}
