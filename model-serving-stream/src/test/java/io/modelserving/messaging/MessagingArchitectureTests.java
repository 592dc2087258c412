package io.modelserving.messaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what this module shows, and what it uses of the other ones.
 */
class MessagingArchitectureTests {

	private static final String ROOT = "io.modelserving.";

	/** What is used beside the API. */
	private static final Set<String> INSIDE = Set.of("autoconfigure.PropertyPath", "codec.InferenceCodec",
			"codec.InferenceRequestBody", "codec.InferenceResponseBody", "codec.EncodedResponse",
			"endpoint.BeanValidation", "model.DerivedFutures", "model.NearNames", "openinference.InferenceRequests",
			"pipeline.ItemCalls");

	private static final Set<String> API = new HashSet<>();

	private static JavaClasses classes;

	@BeforeAll
	static void readPageAndImportClasses() throws IOException {
		classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages(MessagingArchitectureTests.class.getPackageName());
		for (String line : Files.readAllLines(Path.of("../docs/design/api.md"))) {
			String[] cells = line.split(" *\\| *");
			if (cells.length == 3 && cells[1].startsWith("`")) {
				String name = cells[1].replace("`", "");
				Arrays.stream(cells[2].split(", ")).forEach((type) -> API.add(name + "." + type));
			}
		}
	}

	@Test
	void publicTypesAreThoseOfThePage() {
		assertThat(classes.stream()
			.filter((type) -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.map((type) -> type.getName().substring(ROOT.length()))
			.collect(Collectors.toSet()))
			.isEqualTo(API.stream().filter((name) -> name.startsWith("messaging.")).collect(Collectors.toSet()))
			.isNotEmpty();
	}

	@Test
	void otherModulesAreUsedByTheirApi() {
		DescribedPredicate<JavaClass> inside = describe("are inside of another module", (type) -> {
			String outermost = type.getName().replaceAll("\\$.*", "").replace("[L", "").replace(";", "");
			String name = outermost.startsWith(ROOT) ? outermost.substring(ROOT.length()) : "";
			return !name.isEmpty() && !name.startsWith("messaging.") && !API.contains(name) && !INSIDE.contains(name);
		});
		noClasses().should().dependOnClassesThat(inside).check(classes);
	}

	@Test
	void brokersAreKnownToTheAutoConfigurationAlone() {
		noClasses().that()
			.haveNameNotMatching(".*MessagingAutoConfiguration.*")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..", "org.springframework.cloud..",
					"org.springframework.amqp..")
			.check(classes);
	}

}
