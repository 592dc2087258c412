package io.modelserving.batch;

import java.util.function.IntConsumer;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Scores the input that is set, and ends the application: with 0 if all is done,
 * otherwise with 1 and what was wrong.
 */
final class ScoringRunner implements ApplicationRunner {

	private final ConfigurableApplicationContext context;

	private final ScoringJob job;

	private final ScoringSettings settings;

	private final IntConsumer exit;

	ScoringRunner(ConfigurableApplicationContext context, ScoringJob job, ScoringSettings settings, IntConsumer exit) {
		this.context = context;
		this.job = job;
		this.settings = settings;
		this.exit = exit;
	}

	@Override
	public void run(ApplicationArguments args) {
		this.job.run(this.settings);
		this.exit.accept(SpringApplication.exit(this.context));
	}

}
