package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the versions that users get with those of the build.
 */
class DocumentedVersionsTests {

	private static final Pattern MODULE = Pattern.compile("<module>(model-serving-[\\w-]+)</module>");

	@Test
	void whenModuleIsPublishedThenBomManagesIt() throws IOException {
		String bom = file("model-serving-bom/pom.xml");
		List<String> modules = MODULE.matcher(file("pom.xml"))
			.results()
			.map(module -> module.group(1))
			.filter(module -> !module.equals("model-serving-bom"))
			.toList();
		assertThat(modules).hasSizeGreaterThan(5)
			.allSatisfy(module -> assertThat(bom).contains("<artifactId>" + module + "</artifactId>"));
	}

	@ParameterizedTest
	@CsvSource({ "spring-boot.version, README.md, <version>%s</version>",
			"spring-boot.version, README.md, id 'org.springframework.boot' version '%s'",
			"netty.version, docs/grpc.md, <netty.version>%s</netty.version>",
			"netty.version, docs/grpc.md, ext['netty.version'] = '%s'",
			"opencv.version, docs/endpoints.md, <version>%s</version>",
			"openblas.version, docs/endpoints.md, <version>%s</version>" })
	void whenDocumentationNamesVersionThenItIsThatOfTheBuild(String property, String page, String text)
			throws IOException {
		assertThat(file(page)).contains(text.formatted(version(property)));
	}

	private static String version(String property) throws IOException {
		return Pattern.compile("<" + property + ">(.+?)<")
			.matcher(file("pom.xml"))
			.results()
			.map(found -> found.group(1))
			.findFirst()
			.orElseThrow();
	}

	private static String file(String path) throws IOException {
		return Files.readString(Readme.ROOT.resolve(path));
	}

}
