package io.modelserving.endpoint.http;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;

/**
 * An application with the {@link TestHandlers}, over a model that only they know.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ TestHandlers.MeanEndpoint.class, TestHandlers.LengthsEndpoint.class, TestHandlers.BrightnessEndpoint.class,
		TestHandlers.EncodedEndpoint.class, TestHandlers.NegativeEndpoint.class, TestHandlers.TextEndpoint.class,
		TestHandlers.FlowersEndpoint.class, TableHandlers.RowsEndpoint.class, TableHandlers.RowEndpoint.class,
		TableHandlers.VectorEndpoint.class, TableHandlers.MatrixEndpoint.class })
class EndpointTestApplication {

	@Bean
	SwitchableService switchableService() {
		return new SwitchableService();
	}

	@Bean
	ModelRegistry echoRegistry() {
		return new EchoRegistry();
	}

	private static final class EchoRegistry implements ModelRegistry {

		private final ModelSnapshot echo = new ModelSnapshot(
				new ModelStatus(new ModelKey("echo", 1), ModelState.READY, "", true, Instant.EPOCH), "nowhere", null,
				BatcherSnapshot.IDLE);

		@Override
		public List<ModelSnapshot> models() {
			return List.of(this.echo);
		}

		@Override
		public Optional<ModelSnapshot> find(ModelKey key) {
			return key.equals(this.echo.key()) ? Optional.of(this.echo) : Optional.empty();
		}

		@Override
		public Optional<ModelSnapshot> find(String name) {
			return find(new ModelKey(name, 1));
		}

		@Override
		public Traffic traffic(String model) {
			return Traffic.NONE.withStickyHeader("X-Session");
		}

		@Override
		public TrafficStatus trafficStatus(String model) {
			return new TrafficStatus(Traffic.NONE, new TreeMap<>(), List.of(), List.of(), null);
		}

		@Override
		public BatchingLimits limits(ModelKey key) {
			throw new UnsupportedOperationException();
		}

	}

}
