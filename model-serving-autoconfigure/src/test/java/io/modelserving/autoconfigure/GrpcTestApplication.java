package io.modelserving.autoconfigure;

import io.modelserving.autoconfigure.openinference.OpenInferenceHttpAutoConfiguration;
import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * An application that serves fake models by the Open Inference Protocol over gRPC.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = OpenInferenceHttpAutoConfiguration.class)
@Import({ FakeModels.class, FakeRepository.class })
public class GrpcTestApplication {

}
