package io.modelserving.autoconfigure.web;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TomcatConfiguration} with a Tomcat that runs.
 */
class TomcatConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner(
			AnnotationConfigServletWebServerApplicationContext::new)
		.withConfiguration(AutoConfigurations.of(TomcatServletWebServerAutoConfiguration.class))
		.withUserConfiguration(TomcatConfiguration.class)
		.withPropertyValues("server.port=0");

	@ParameterizedTest
	@CsvSource({ "some.other=1, -1", "server.tomcat.processor-cache=200, 200", "server.tomcat.processorCache=50, 50" })
	void tomcatKeepsAllProcessorsUnlessTheApplicationSaysHowMany(String property, int kept) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(protocol(context).getProcessorCache()).isEqualTo(kept));
	}

	@ParameterizedTest
	@CsvSource({ "some.other=1, -1", "server.tomcat.max-keep-alive-requests=100, 100",
			"server.tomcat.maxKeepAliveRequests=50, 50" })
	void aConnectionTakesAnyNumberOfRequestsUnlessTheApplicationSaysHowMany(String property, int most) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(protocol(context).getMaxKeepAliveRequests()).isEqualTo(most));
	}

	@Test
	void buffersOfConnectionsAreOutsideOfTheHeap() {
		this.runner
			.run((context) -> assertThat(protocol(context).getProperty("socket.directBuffer")).isEqualTo("true"));
	}

	private static AbstractHttp11Protocol<?> protocol(AssertableWebApplicationContext context) {
		TomcatWebServer server = (TomcatWebServer) context
			.getSourceApplicationContext(AnnotationConfigServletWebServerApplicationContext.class)
			.getWebServer();
		return (AbstractHttp11Protocol<?>) server.getTomcat().getConnector().getProtocolHandler();
	}

}
