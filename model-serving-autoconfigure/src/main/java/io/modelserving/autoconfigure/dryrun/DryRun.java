package io.modelserving.autoconfigure.dryrun;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

import io.modelserving.serving.ModelRegistry;

/**
 * Waits until all models are ready or have failed, logs the report, and ends the
 * application: with 0 if all is well, otherwise with 1 and what is wrong. It goes before
 * what else the application would run.
 */
final class DryRun implements ApplicationRunner, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(DryRun.class);

	private static final Duration TICK = Duration.ofMillis(20);

	private final ConfigurableApplicationContext context;

	private final ModelRegistry registry;

	private final List<ServedPaths> paths;

	private final IntConsumer exit;

	/**
	 * Create a dry run.
	 * @param context the application
	 * @param registry the models
	 * @param paths the ways to call them
	 * @param exit ends the process, with 0
	 */
	DryRun(ConfigurableApplicationContext context, ModelRegistry registry, List<ServedPaths> paths, IntConsumer exit) {
		this.context = context;
		this.registry = registry;
		this.paths = List.copyOf(paths);
		this.exit = exit;
	}

	@Override
	public void run(ApplicationArguments args) {
		DryRunReport report = report();
		while (!report.isSettled()) {
			LockSupport.parkNanos(TICK.toNanos());
			if (Thread.currentThread().isInterrupted()) {
				throw new IllegalStateException("the dry run was interrupted");
			}
			report = report();
		}
		logger.info("Dry run of {} models:{}{}", report.models().size(), System.lineSeparator(), report.text());
		List<String> failures = report.failures();
		if (!failures.isEmpty()) {
			throw new DryRunFailedException(failures);
		}
		this.exit.accept(SpringApplication.exit(this.context));
	}

	private DryRunReport report() {
		return new DryRunReport(this.registry.models(), this.paths);
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
