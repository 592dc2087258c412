package io.modelserving.openinference.grpc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.modelserving.autoconfigure.GrpcTestApplication;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * Runs a test against a real gRPC server with fake models; messages are limited to 10 kB,
 * streams to 2 unanswered calls. A parameter of type {@link GrpcCaller} calls it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = GrpcTestApplication.class, webEnvironment = WebEnvironment.NONE,
		properties = { "model-serving.grpc.max-request-size=10KB", "model-serving.grpc.max-calls-per-stream=2",
				"model-serving.open-inference.allow-repository-control=true", "spring.main.banner-mode=off" })
@ExtendWith(GrpcCaller.Extension.class)
public @interface GrpcTest {

}
