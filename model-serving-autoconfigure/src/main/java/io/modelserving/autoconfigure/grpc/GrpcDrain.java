package io.modelserving.autoconfigure.grpc;

import java.time.Duration;

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

	/** At most, for streams to say how they have ended. */
	private static final Duration MARGIN = Duration.ofSeconds(5);

	private final OpenInferenceGrpcService service;

	private final CallDrain calls;

	private final ObjectProvider<GrpcHealthUpdates> health;

	private final Duration patience;

	private @Nullable ApplicationContext context;

	/**
	 * Create the drain.
	 * @param grace the time that the server waits for calls when it stops
	 */
	GrpcDrain(OpenInferenceGrpcService service, CallDrain calls, ObjectProvider<GrpcHealthUpdates> health,
			Duration grace) {
		this.service = service;
		this.calls = calls;
		this.health = health;
		Duration margin = grace.dividedBy(4);
		this.patience = grace.minus((margin.compareTo(MARGIN) < 0) ? margin : MARGIN);
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.health.ifAvailable(GrpcHealthUpdates::end);
			this.service.drain(this.patience);
			this.calls.drain();
		}
	}

}
