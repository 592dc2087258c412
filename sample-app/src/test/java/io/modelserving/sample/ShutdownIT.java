package io.modelserving.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.modelserving.sample.LoadOfConnections.Exchange;
import io.modelserving.sample.LoadOfConnections.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends the real application, under load, as an operating system or Kubernetes does. The
 * system property {@code shutdown.runs} says how often.
 */
class ShutdownIT {

	private static final int RUNS = Integer.getInteger("shutdown.runs", 3);

	private static final Duration GRACE = Duration.ofSeconds(30);

	/** What the operating system reports of a program that SIGTERM has ended. */
	private static final int TERMINATED = 128 + 15;

	@Test
	void whenTerminatedUnderLoadThenEveryAcceptedRequestIsAnswered(@TempDir Path directory) throws Exception {
		for (int run = 1; run <= RUNS; run++) {
			terminateUnderLoad(Files.createDirectory(directory.resolve("run-" + run)),
					"run %d of %d".formatted(run, RUNS));
		}
	}

	private static void terminateUnderLoad(Path folder, String run) throws Exception {
		try (RunningSample sample = RunningSample.start(folder)) {
			SampleClient.whenReady(sample.port());
			LoadOfConnections load = LoadOfConnections.start(sample.port(), 500);
			load.awaitAnswers();
			int exitCode = sample.terminate(GRACE);
			List<Exchange> exchanges = load.join();
			assertThat(exitCode).as("%s: exit code after%n%s", run, sample.output()).isEqualTo(TERMINATED);
			assertThat(exchanges)
				.as("%s: broken answers, of which the server says %s%n%s", run, sample.accessLog(), sample.output())
				.filteredOn(exchange -> exchange.outcome() == Outcome.BROKEN)
				.isEmpty();
			Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
			exchanges.forEach(exchange -> counts.merge(exchange.outcome(), 1L, Long::sum));
			// an answer that the server has counted and no client has received would be
			// lost
			assertThat(counts.get(Outcome.ANSWERED)).as("%s: answers received", run)
				.isEqualTo(sample.answers(200, List.of("/digits", "/v1/embeddings")));
			System.out.printf("%s: exit code %d, %s%n", run, exitCode, counts);
		}
	}

}
