package io.modelserving.caller;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application that serves no models, but calls those of another as the documentation
 * shows.
 */
@SpringBootApplication
public class CallerApplication {

	/**
	 * Ask what species an iris is.
	 * @param server the address of the server
	 * @return the species
	 */
	public static String ask(String server) {
		try (ConfigurableApplicationContext caller = new SpringApplicationBuilder(CallerApplication.class)
			.web(WebApplicationType.NONE)
			.run("--model-serving.enabled=false", "--spring.grpc.server.enabled=false",
					"--spring.http.serviceclient.models.base-url=" + server)) {
			return caller.getBean(FlowerCaller.class).species(6.3f, 2.5f, 4.9f, 1.5f);
		}
	}

}
