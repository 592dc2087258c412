package io.modelserving.openinference.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.modelserving.autoconfigure.OpenInferenceTestApplication;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * Runs a test against a real server with fake models; requests are limited to 10 kB.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = OpenInferenceTestApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "model-serving.open-inference.max-request-size=10KB", "server.http2.enabled=true",
				"spring.main.banner-mode=off" })
public @interface OpenInferenceHttpTest {

}
