package io.modelserving.batch;

import java.time.Duration;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * Has jobs end behind their chunk before anything that they need is stopped.
 */
final class ScoringLifecycle implements ApplicationListener<ContextClosedEvent>, Ordered {

	private final ScoringJob job;

	private final ApplicationContext context;

	private final Duration grace;

	ScoringLifecycle(ScoringJob job, ApplicationContext context, Duration grace) {
		this.job = job;
		this.context = context;
		this.grace = grace;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.job.stop(this.grace);
		}
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
