package io.modelserving.autoconfigure;

import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * An application that serves fake models by the Open Inference Protocol over gRPC.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = ModelServingAutoConfiguration.class)
@Import({ FakeModels.class, FakeRepository.class, GrpcConfiguration.class })
public class GrpcTestApplication {

}
