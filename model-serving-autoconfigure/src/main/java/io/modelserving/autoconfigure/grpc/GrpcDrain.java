package io.modelserving.autoconfigure.grpc;

import io.modelserving.openinference.grpc.CallDrain;
import io.modelserving.openinference.grpc.OpenInferenceGrpcService;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Ends what has no end by itself when the application begins to shut down: streams,
 * watches of health, and calls whose message does not arrive. The server, which stops
 * next, waits for what is under way.
 */
final class GrpcDrain implements ApplicationListener<ContextClosedEvent>, ApplicationContextAware {

	private final OpenInferenceGrpcService service;

	private final CallDrain calls;

	private final ObjectProvider<GrpcHealthUpdates> health;

	private @Nullable ApplicationContext context;

	GrpcDrain(OpenInferenceGrpcService service, CallDrain calls, ObjectProvider<GrpcHealthUpdates> health) {
		this.service = service;
		this.calls = calls;
		this.health = health;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.health.ifAvailable(GrpcHealthUpdates::end);
			this.service.drain();
			this.calls.drain();
		}
	}

}
