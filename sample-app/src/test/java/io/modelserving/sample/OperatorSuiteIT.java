package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Serves every model of the operator tests of ONNX that ONNX Runtime itself can run, with
 * default settings and no samples: each starts, and answers what the runtime answers in
 * Python. Skipped where there is no Python, or the packages cannot be had.
 */
class OperatorSuiteIT {

	private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

	private static final long MOST_KILOBYTES = 2L << 20;

	@Test
	void whenTheOperatorTestsAreServedThenTheirAnswersAreThoseOfTheRuntime(@TempDir Path directory)
			throws IOException, InterruptedException {
		Python python = Python.require("requirements-operators.txt");
		Python.Result prepared = python.run(Map.of(), "operators.py", "prepare", directory.toString());
		assertThat(prepared.exitCode()).as(prepared.output()).isZero();
		List<Path> repositories;
		try (Stream<Path> folders = Files.list(directory)) {
			repositories = folders.filter(folder -> folder.getFileName().toString().matches("\\d+")).sorted().toList();
		}
		assertThat(repositories).as(prepared.output()).hasSizeGreaterThan(4);
		for (Path repository : repositories) {
			serve(python, repository);
		}
	}

	private static void serve(Python python, Path repository) throws IOException, InterruptedException {
		Path folder = Files.createDirectory(repository.resolveSibling(repository.getFileName() + "-server"));
		try (RunningSample sample = RunningSample.start(folder, List.of("-Xmx512m"),
				List.of("--model-serving.repository=" + repository.toUri()))) {
			int port = sample.port();
			SampleClient.whenReady(port);
			Python.Result asked = python.run(Map.of(), "operators.py", "ask", "http://localhost:" + port,
					repository.toString());
			assertThat(asked.exitCode()).as(asked.output()).isZero();
			assertThat(peakKilobytes(sample.pid())).isLessThan(MOST_KILOBYTES);
		}
	}

	/**
	 * Return the most memory that a process has had.
	 * @return kilobytes, 0 where the system does not say
	 */
	private static long peakKilobytes(long pid) throws IOException {
		Path status = Path.of("/proc", String.valueOf(pid), "status");
		Matcher peak = PEAK.matcher(Files.isReadable(status) ? Files.readString(status) : "");
		return peak.find() ? Long.parseLong(peak.group(1)) : 0;
	}

}
