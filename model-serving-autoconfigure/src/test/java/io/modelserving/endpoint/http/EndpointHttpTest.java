package io.modelserving.endpoint.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.SpringBootTest;

/**
 * Tests {@link EndpointTestApplication} on a real server of two threads.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = EndpointTestApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "server.tomcat.threads.max=2", "server.http2.enabled=true",
				"model-serving.endpoints.max-request-size=100KB", "model-serving.endpoints.max-pixels=10000",
				"spring.servlet.multipart.max-file-size=50KB" })
@AutoConfigureRestTestClient
@interface EndpointHttpTest {

}
