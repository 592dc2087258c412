package io.modelserving.benchmark;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the server. The profile says which model it serves.
 */
@SpringBootApplication
public class BenchmarkServer {

	public static void main(String[] arguments) {
		SpringApplication.run(BenchmarkServer.class, arguments);
	}

}
