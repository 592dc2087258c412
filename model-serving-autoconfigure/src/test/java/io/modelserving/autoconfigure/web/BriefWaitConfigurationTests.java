package io.modelserving.autoconfigure.web;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.modelserving.serving.BriefWaits;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BriefWaitConfiguration}.
 */
class BriefWaitConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(BriefWaitConfiguration.class);

	@Test
	void aQuarterOfTheThreadsMayWait() {
		this.runner.run((context) -> assertThat(threadsThatWait(context.getBean(BriefWaits.class), 60)).isEqualTo(50));
	}

	@Test
	void whenServerHasOtherThreadsThenAQuarterOfThoseMayWait() {
		this.runner.withPropertyValues("server.tomcat.threads.max=8")
			.run((context) -> assertThat(threadsThatWait(context.getBean(BriefWaits.class), 60)).isEqualTo(2));
		this.runner.withPropertyValues("server.jetty.threads.max=12")
			.run((context) -> assertThat(threadsThatWait(context.getBean(BriefWaits.class), 60)).isEqualTo(3));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void whenThreadsAreVirtualThenAnyNumberMayWait() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> assertThat(threadsThatWait(context.getBean(BriefWaits.class), 300)).isEqualTo(300));
	}

	@Test
	void whenApplicationHasWaitsThenTheyAreUsed() {
		BriefWaits own = new BriefWaits(1);
		this.runner.withBean(BriefWaits.class, () -> own)
			.run((context) -> assertThat(context.getBean(BriefWaits.class)).isSameAs(own));
	}

	/** Each that waits has the next one tried meanwhile. */
	private static int threadsThatWait(BriefWaits waits, int most) {
		AtomicInteger waiting = new AtomicInteger();
		waits.await("model", new Nested(waits, waiting, most));
		return waiting.get();
	}

	private static final class Nested extends CompletableFuture<Object> {

		private final BriefWaits waits;

		private final AtomicInteger waiting;

		private final int most;

		private Nested(BriefWaits waits, AtomicInteger waiting, int most) {
			this.waits = waits;
			this.waiting = waiting;
			this.most = most;
		}

		@Override
		public Object get(long timeout, TimeUnit unit) {
			if (this.waiting.incrementAndGet() < this.most) {
				this.waits.await("model", new Nested(this.waits, this.waiting, this.most));
			}
			return 1;
		}

	}

}
