package io.modelserving.autoconfigure;

import io.modelserving.autoconfigure.endpoint.ModelEndpointAutoConfiguration;
import io.modelserving.autoconfigure.grpc.OpenInferenceGrpcAutoConfiguration;
import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;
import io.modelserving.openinference.http.RejectingFilter;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * An application that serves fake models by the Open Inference Protocol.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = { OpenInferenceGrpcAutoConfiguration.class, ModelEndpointAutoConfiguration.class })
@Import({ FakeModels.class, FakeRepository.class, RejectingFilter.class })
public class OpenInferenceTestApplication {

}
