package io.modelserving.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Runs the edge build with the options that its page shows.
 */
class EdgeIT {

	private static final long MOST_BYTES = 256L << 20;

	private static final HeldOutDigits DIGITS = HeldOutDigits.load();

	@Test
	void whenItServesThenItStaysBelowItsMemoryAndIsAsGoodAsTheModel(@TempDir Path folder) throws IOException {
		try (RunningSample edge = RunningSample.start(RunningSample.jar("edge"), folder, options(), List.of())) {
			SampleClient client = SampleClient.whenReady(edge.port());
			long correct = 0;
			for (int i = 0; i < DIGITS.size(); i++) {
				correct += (SampleClient.ok(client.post("/digits", DIGITS.json(i)))
					.read("$.digit", Integer.class) == DIGITS.label(i)) ? 1 : 0;
			}
			String score = new ClassPathResource("digits_int8-score.json").getContentAsString(StandardCharsets.UTF_8);
			assertThat(correct).isEqualTo(JsonPath.<Integer>read(score, "$.correct").longValue());
			assertThat(client.get("/v3/api-docs").statusCode()).isEqualTo(404);
			assertThat(client.get("/actuator/metrics").statusCode()).isEqualTo(404);
			Path status = Path.of("/proc", String.valueOf(edge.pid()), "status");
			assumeThat(status).exists();
			assertThat(highestResidentBytes(Files.readString(status))).isLessThan(MOST_BYTES);
		}
	}

	@Test
	void thereAreTheLibrariesOfOnePlatform() throws IOException {
		try (JarFile jar = new JarFile(RunningSample.jar("edge").toFile())) {
			assertThat(jar.stream().map(Object::toString).filter((name) -> name.matches(".*/native/.*[^/]")))
				.allMatch((name) -> name.contains("/native/linux-x64/"))
				.anyMatch((name) -> name.endsWith("/libonnxruntime.so"));
		}
		assertThat(Files.size(RunningSample.jar("edge"))).isLessThan(48L << 20);
	}

	private static List<String> options() throws IOException {
		String page = Files.readString(Readme.ROOT.resolve("docs/edge.md"));
		Matcher command = Pattern.compile("^java (.+) -jar ", Pattern.MULTILINE).matcher(page);
		assertThat(command.find()).isTrue();
		return List.of(command.group(1).split(" "));
	}

	private static long highestResidentBytes(String status) {
		Matcher highest = Pattern.compile("VmHWM:\\s+(\\d+) kB").matcher(status);
		assertThat(highest.find()).isTrue();
		return Long.parseLong(highest.group(1)) << 10;
	}

}
