package io.modelserving.sample;

import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.model.onnx.OnnxSessionOptionsCustomizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asks the probes while a model still loads.
 */
class ProbesIT {

	private ConfigurableApplicationContext application;

	private CountDownLatch loading;

	private SampleClient client;

	@BeforeEach
	void startWithModelThatLoadsUntilToldOtherwise() {
		this.application = new SpringApplicationBuilder(SampleApplication.class, SlowLoading.class)
			.properties("server.port=0")
			.run();
		this.loading = this.application.getBean(SlowLoading.class).loading;
		this.client = new SampleClient(
				((ServletWebServerApplicationContext) this.application).getWebServer().getPort());
	}

	@AfterEach
	void stop() {
		this.loading.countDown();
		this.application.close();
	}

	@Test
	void whenModelStillLoadsThenApplicationIsAliveButNotReadyAndSaysWhy() {
		HttpResponse<String> liveness = this.client.get("/actuator/health/liveness");
		assertThat(liveness.statusCode()).isEqualTo(200);
		assertThat(JsonPath.<String>read(liveness.body(), "$.status")).isEqualTo("UP");

		HttpResponse<String> readiness = this.client.get("/actuator/health/readiness");
		assertThat(readiness.statusCode()).isEqualTo(503);
		assertThat(readiness.body()).contains("digits").contains("LOADING");

		HttpResponse<String> rejected = this.client.post("/digits", HeldOutDigits.load().json(0));
		assertThat(rejected.statusCode()).isEqualTo(503);
		assertThat(rejected.headers().firstValue("Retry-After")).isPresent();
		assertThat(rejected.body()).contains("digits").contains("LOADING");

		this.loading.countDown();
		SampleClient ready = SampleClient.whenReady(this.client.uri("/").getPort());
		SampleClient.ok(ready.post("/digits", HeldOutDigits.load().json(0)));
	}

	/**
	 * Keeps the model for digits from loading.
	 */
	@Configuration(proxyBeanMethods = false)
	static class SlowLoading {

		private final CountDownLatch loading = new CountDownLatch(1);

		@Bean
		OnnxSessionOptionsCustomizer slowLoading() {
			return (options, context) -> {
				if (context.file().getFileName().toString().contains("digits")) {
					await();
				}
			};
		}

		private void await() {
			try {
				assertThat(this.loading.await(SampleClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
