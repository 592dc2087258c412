package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs {@code perf_analyzer}, the load generator of Triton's makers. Skipped where it
 * cannot be had, or cannot run.
 */
@ProtocolTest
class PerfAnalyzerIT {

	private static final Pattern SERVER_TIMES = Pattern.compile(
			"Avg request latency: (\\d+) usec \\(overhead (\\d+) usec \\+ queue (\\d+) usec \\+ compute input (\\d+) usec \\+ compute infer (\\d+) usec \\+ compute output (\\d+) usec\\)");

	private static final Pattern INFERENCES = Pattern.compile("Inference count: (\\d+)");

	private final int port;

	private final int grpcPort;

	PerfAnalyzerIT(@LocalServerPort int port, @Autowired GrpcServerLifecycle grpc) {
		SampleClient.whenReady(port);
		this.port = port;
		this.grpcPort = grpc.getPort();
	}

	@Test
	void whenAskedOverHttpThenServersTimesAreReported() throws IOException, InterruptedException {
		assertReportsTimes(measure("-i", "http", "-u", "localhost:" + this.port));
	}

	@Test
	void whenAskedOverGrpcThenServersTimesAreReported() throws IOException, InterruptedException {
		assertReportsTimes(measure("-i", "grpc", "-u", "localhost:" + this.grpcPort));
	}

	@Test
	void whenAskedByStreamThenServersTimesAreReported() throws IOException, InterruptedException {
		assertReportsTimes(measure("-i", "grpc", "-u", "localhost:" + this.grpcPort, "--streaming"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenSequencesAreMeasuredThenNoneFails(boolean streaming) throws IOException, InterruptedException {
		List<String> options = new ArrayList<>(
				List.of("-m", "counter", "--sequence-length", "10", "-i", "grpc", "-u", "localhost:" + this.grpcPort));
		if (streaming) {
			options.add("--streaming");
		}
		String report = run(options);
		assertReportsTimes(report);
		assertThat(report).contains("Sequence count").doesNotContain("Failed");
	}

	@Test
	void whenADecoupledModelIsMeasuredThenItsResponsesAreCounted(@TempDir Path folder)
			throws IOException, InterruptedException {
		Path input = Files.writeString(folder.resolve("start.json"),
				"{\"data\": [{\"start\": [\"the \"], \"seed\": [7]}]}");
		String report = run(List.of("-m", "story", "-i", "grpc", "-u", "localhost:" + this.grpcPort, "--streaming",
				"--input-data", input.toString()));
		assertReportsTimes(report);
		assertThat(report).contains("Response Throughput").doesNotContain("Failed");
	}

	private static void assertReportsTimes(String report) {
		MatchResult times = SERVER_TIMES.matcher(report)
			.results()
			.findFirst()
			.orElseThrow(() -> new AssertionError("no server's times: " + report));
		assertThat(Long.parseLong(times.group(1))).as(report).isPositive();
		assertThat(Long.parseLong(times.group(5))).as(report).isPositive();
		assertThat(INFERENCES.matcher(report).results().findFirst()).as(report)
			.hasValueSatisfying(found -> assertThat(Long.parseLong(found.group(1))).isPositive());
	}

	private static String measure(String... where) throws IOException, InterruptedException {
		List<String> options = new ArrayList<>(List.of("-m", "identity_fp32_2", "--shape", "x:64", "-b", "2"));
		Collections.addAll(options, where);
		return run(options);
	}

	private static String run(List<String> options) throws IOException, InterruptedException {
		Python python = Python.require("requirements-perf-analyzer.txt");
		Map<String, String> environment = libraries(python);
		String analyzer = python.program("perf_analyzer").toString();
		Python.Result version = Python.run(environment, List.of(analyzer, "--version"));
		Assumptions.assumeTrue(version.exitCode() == 0, version.output());
		List<String> command = new ArrayList<>(
				List.of(analyzer, "--concurrency-range", "4", "--measurement-mode", "count_windows",
						"--measurement-request-count", "200", "--max-trials", "3", "--stability-percentage", "999"));
		command.addAll(options);
		Python.Result report = Python.run(environment, command);
		assertThat(report.exitCode()).as(report.output()).isZero();
		return report.output();
	}

	/**
	 * Return where the libraries are that the program is linked with.
	 */
	private static Map<String, String> libraries(Python python) throws IOException, InterruptedException {
		Path root = python.program("..").normalize();
		Python.Result found = Python.run(Map.of(),
				List.of("sh", "clients/acceptance/perf-analyzer-libraries.sh", root.toString()));
		Map<String, String> environment = new HashMap<>();
		environment.put("LD_LIBRARY_PATH", found.output().strip());
		return environment;
	}

}
