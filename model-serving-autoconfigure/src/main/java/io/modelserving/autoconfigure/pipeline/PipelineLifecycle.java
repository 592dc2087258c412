package io.modelserving.autoconfigure.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.StageLoad;
import io.modelserving.pipeline.StageObserver;

/**
 * Has the stages of the application observed when it starts. When it shuts down, they
 * finish what they have admitted, each before those behind it: after the servers that
 * carry requests, and before the models.
 */
class PipelineLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent>, ApplicationContextAware {

	private static final Logger logger = LoggerFactory.getLogger(PipelineLifecycle.class);

	/** A phase after that of the models, which start before and stop after. */
	private static final int PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1023;

	private final ObjectProvider<Stage<?, ?>> stages;

	private final ObjectProvider<Pipeline<?, ?>> pipelines;

	private final ObjectProvider<StageObserver> observers;

	private final PipelineStages methods;

	private final StageProperties properties;

	private final Duration grace;

	private volatile boolean started;

	private volatile boolean running;

	private volatile boolean closing;

	private @Nullable ApplicationContext context;

	PipelineLifecycle(ObjectProvider<Stage<?, ?>> stages, ObjectProvider<Pipeline<?, ?>> pipelines,
			ObjectProvider<StageObserver> observers, PipelineStages methods, StageProperties properties,
			Duration grace) {
		this.stages = stages;
		this.pipelines = pipelines;
		this.observers = observers;
		this.methods = methods;
		this.properties = properties;
		this.grace = grace;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	@Override
	public void start() {
		this.running = true;
		if (!this.started) {
			this.started = true;
			this.properties.requireExisting(this.methods.names());
			List<StageObserver> all = this.observers.orderedStream().toList();
			this.stages.forEach((stage) -> all.forEach(stage::observe));
		}
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.closing = true;
		}
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.closing) {
			drain();
		}
	}

	private void drain() {
		Map<String, Stage<?, ?>> byName = new HashMap<>();
		this.stages.forEach((stage) -> byName.put(stage.name(), stage));
		List<List<String>> ways = this.pipelines.stream()
			.map((pipeline) -> pipeline.loads().stream().map(StageLoad::name).toList())
			.toList();
		long end = System.nanoTime() + this.grace.toNanos();
		for (String name : DrainOrder.of(byName.keySet(), ways)) {
			Stage<?, ?> stage = byName.get(name);
			if (stage != null && !stage.drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
				logger.warn(
						"Stage {} was not done after {} s; what is under way fails. "
								+ "spring.lifecycle.timeout-per-shutdown-phase gives it more time",
						name, this.grace.toSeconds());
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
