package io.modelserving.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ContextConfiguration;

/**
 * Runs the sample application with the models of {@link ProtocolModels}, over HTTP and
 * gRPC. Tests so annotated share one application, and its models.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.grpc.server.port=0", "model-serving.repository=file:target/protocol-models",
				"model-serving.repository-control.mode=explicit", "model-serving.repository-control.load-at-startup=*",
				"model-serving.repository-control.allow-file-overrides=true",
				"model-serving.open-inference.allow-repository-control=true", "model-serving.defaults.versions=all",
				"model-serving.defaults.batching.max-batch-size=8",
				"model-serving.models.counter.sequences.states.total=state" })
@ContextConfiguration(initializers = ProtocolModels.class)
@interface ProtocolTest {

}
