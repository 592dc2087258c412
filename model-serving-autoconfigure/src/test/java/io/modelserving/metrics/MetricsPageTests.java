package io.modelserving.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter.Type;
import org.junit.jupiter.api.Test;

import io.modelserving.metrics.ModelServingMeters.Tag;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the table of {@code docs/metrics.md} is what {@link ModelServingMeters}
 * declares. With {@code -Dwrite-metrics-page} it is written first.
 */
class MetricsPageTests {

	private static final Path PAGE = Path.of("..", "docs", "metrics.md");

	private static final String BEGIN = "<!-- generated from ModelServingMeters -->\n";

	private static final String STREAMS_BEGIN = "<!-- generated from StreamMeters -->\n";

	private static final String STREAMS_END = "<!-- end of the meters of streams -->\n";

	private static final String END = "<!-- end of what is generated -->\n";

	@Test
	void tableIsWhatTheDeclarationSays() throws IOException {
		check(BEGIN, table(), END);
	}

	@Test
	void tableOfStreamsIsWhatTheirDeclarationSays() throws IOException {
		check(STREAMS_BEGIN, streams(), STREAMS_END);
	}

	private static void check(String begin, String table, String end) throws IOException {
		String page = Files.readString(PAGE);
		assertThat(page).containsOnlyOnce(begin).containsOnlyOnce(end);
		String before = page.substring(0, page.indexOf(begin) + begin.length());
		String after = page.substring(page.indexOf(end));
		if (System.getProperty("write-metrics-page") != null) {
			Files.writeString(PAGE, before + table + after);
			page = Files.readString(PAGE);
		}
		assertThat(page).as("run this test with -Dwrite-metrics-page").isEqualTo(before + table + after);
	}

	private static String streams() {
		return "| meter | type | `outcome` | what it says |\n|---|---|---|---|\n" + Arrays.stream(StreamMeters.values())
			.map((meter) -> "| `%s` | %s | %s | %s |\n".formatted(meter.getName(),
					meter.getType().name().toLowerCase(Locale.ROOT),
					meter.outcomes().stream().map("`%s`"::formatted).collect(Collectors.joining(", ")),
					meter.description()))
			.collect(Collectors.joining());
	}

	private static String table() {
		return "| meter | type | tag | what it says |\n|---|---|---|---|\n"
				+ Arrays.stream(ModelServingMeters.values()).map(MetricsPageTests::row).collect(Collectors.joining());
	}

	private static String row(ModelServingMeters meter) {
		return "| `%s` | %s | %s | %s%s |\n".formatted(meter.getName(), type(meter), tag(meter), meter.description(),
				buckets(meter));
	}

	private static String type(ModelServingMeters meter) {
		String type = meter.getType().name().toLowerCase(Locale.ROOT).replace("distribution_", "");
		return (meter.getBaseUnit() == null || meter.getType() == Type.TIMER) ? type
				: type + ", " + meter.getBaseUnit();
	}

	private static String tag(ModelServingMeters meter) {
		Tag tag = meter.tag();
		return (tag == null) ? ""
				: meter.tagValues()
					.stream()
					.map((value) -> "`" + Tag.value(value) + "`")
					.collect(Collectors.joining(", ", "`" + tag.asString() + "`: ", ""));
	}

	private static String buckets(ModelServingMeters meter) {
		return (meter.buckets().length == 0) ? ""
				: Arrays.stream(meter.buckets())
					.map(Duration::toMillis)
					.map(String::valueOf)
					.collect(Collectors.joining(", ", ". Buckets: ", " ms"));
	}

}
