package io.modelserving.autoconfigure.endpoint;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.modelserving.web.stream.StreamListener;
import io.modelserving.web.stream.Streams;

/**
 * The streams of endpoints with a streaming handler. Their threads are virtual ones where
 * the application has asked for such.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ StreamProperties.class, LifecycleProperties.class })
class StreamConfiguration {

	private static final long TICK_MILLIS = 250;

	/** At most, for streams to write how they have ended. */
	private static final Duration MARGIN = Duration.ofSeconds(5);

	@Bean
	Streams modelStreams(StreamProperties properties, ObjectProvider<StreamListener> listener,
			Environment environment) {
		SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("model-stream-");
		threads.setVirtualThreads(Threading.VIRTUAL.isActive(environment));
		return new Streams(properties.settings(), threads, System::nanoTime, ticker(),
				listener.getIfAvailable(() -> StreamListener.NONE));
	}

	/** Its thread ends when there is nothing to do. */
	private static Function<Runnable, Runnable> ticker() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("model-stream-timer");
		factory.setDaemon(true);
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory);
		timer.setKeepAliveTime(1, TimeUnit.MINUTES);
		timer.allowCoreThreadTimeOut(true);
		timer.setRemoveOnCancelPolicy(true);
		return (tick) -> {
			Future<?> ticks = timer.scheduleWithFixedDelay(tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
			return () -> ticks.cancel(false);
		};
	}

	@Bean
	StreamDrain modelStreamDrain(Streams streams, LifecycleProperties lifecycle, Environment environment) {
		Duration phase = lifecycle.getTimeoutPerShutdownPhase();
		Duration margin = phase.dividedBy(4);
		boolean immediate = environment.getProperty("server.shutdown", "").equalsIgnoreCase("immediate");
		return new StreamDrain(streams,
				immediate ? Duration.ZERO : phase.minus((margin.compareTo(MARGIN) < 0) ? margin : MARGIN));
	}

}
