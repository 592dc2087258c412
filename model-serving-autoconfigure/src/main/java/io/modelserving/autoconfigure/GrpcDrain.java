package io.modelserving.autoconfigure;

import io.modelserving.openinference.grpc.OpenInferenceGrpcService;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Ends the streams when the application begins to shut down. The server, which stops
 * next, waits for what is under way, and a stream would be for as long as its client
 * likes.
 */
final class GrpcDrain implements ApplicationListener<ContextClosedEvent>, ApplicationContextAware {

	private final OpenInferenceGrpcService service;

	private @Nullable ApplicationContext context;

	GrpcDrain(OpenInferenceGrpcService service) {
		this.service = service;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.service.drain();
		}
	}

}
