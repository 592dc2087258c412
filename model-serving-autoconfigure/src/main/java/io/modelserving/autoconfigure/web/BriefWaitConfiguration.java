package io.modelserving.autoconfigure.web;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.modelserving.serving.BriefWaits;

/**
 * How many threads of the server may wait for answers that are about to come: a quarter
 * of them, so that most are left for whatever else is asked, or any number where threads
 * are virtual.
 */
@Configuration(proxyBeanMethods = false)
class BriefWaitConfiguration {

	private static final List<String> SIZES = List.of("server.tomcat.threads.max", "server.jetty.threads.max");

	/** What Tomcat and Jetty have unless they are told otherwise. */
	private static final int USUAL_THREADS = 200;

	@Bean
	@ConditionalOnMissingBean
	BriefWaits modelBriefWaits(Environment environment) {
		return new BriefWaits(Threading.VIRTUAL.isActive(environment) ? Integer.MAX_VALUE : threads(environment) / 4);
	}

	/**
	 * Return how many threads the server has.
	 * @param environment the configuration
	 * @return the number
	 */
	static int threads(Environment environment) {
		Binder binder = Binder.get(environment);
		return SIZES.stream()
			.map((name) -> binder.bind(name, Integer.class).orElse(USUAL_THREADS))
			.filter((threads) -> threads > 0)
			.min(Integer::compare)
			.orElse(USUAL_THREADS);
	}

}
