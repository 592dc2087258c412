package io.modelserving.sample;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the sample application.
 */
@SpringBootApplication(scanBasePackages = "${sample.packages:io.modelserving.sample}")
@OpenAPIDefinition(info = @Info(title = "Model Serving Sample", version = "1",
		description = "Digits, flowers, texts and maps: each model behind an endpoint of its own and the Open Inference Protocol"))
public class SampleApplication {

	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

}
