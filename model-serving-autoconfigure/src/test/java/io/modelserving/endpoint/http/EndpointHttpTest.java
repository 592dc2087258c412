package io.modelserving.endpoint.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Tests {@link EndpointTestApplication} on a real server of two threads. Each test begins
 * with a service that gives results at once, whatever the test before it has asked for:
 * they share the application.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = EndpointTestApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "server.tomcat.threads.max=2", "server.http2.enabled=true",
				"model-serving.endpoints.max-request-size=100KB", "model-serving.endpoints.max-pixels=10000",
				"spring.servlet.multipart.max-file-size=50KB" })
@AutoConfigureRestTestClient
@ExtendWith(EndpointHttpTest.ServiceReset.class)
@interface EndpointHttpTest {

	/**
	 * Resets the service before each test.
	 */
	final class ServiceReset implements BeforeEachCallback {

		@Override
		public void beforeEach(ExtensionContext context) {
			SpringExtension.getApplicationContext(context).getBean(SwitchableService.class).reset();
		}

	}

}
