package io.modelserving.batch;

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
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what this module shows, and what it uses of the other ones.
 */
class BatchArchitectureTests {

	private static final String ROOT = "io.modelserving.";

	/** What is used beside the API. */
	private static final Set<String> INSIDE = Set.of("autoconfigure.OneShot", "codec.JsonTensors",
			"endpoint.BeanValidation", "endpoint.RecordComponents", "model.DerivedFutures", "model.NearNames");

	private static final Set<String> API = new HashSet<>();

	private static JavaClasses classes;

	@BeforeAll
	static void readPageAndImportClasses() throws IOException {
		classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages(BatchArchitectureTests.class.getPackageName());
		for (String line : Files.readAllLines(Path.of("../docs/design/api.md"))) {
			String[] cells = line.split(" *\\| *", -1);
			if (cells.length == 4 && cells[1].startsWith("`")) {
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
			.isEqualTo(API.stream().filter((name) -> name.startsWith("batch.")).collect(Collectors.toSet()))
			.hasSizeGreaterThan(5);
	}

	@Test
	void otherModulesAreUsedByTheirApi() {
		DescribedPredicate<JavaClass> inside = describe("are inside of another module", (type) -> {
			String outermost = type.getName().replaceAll("\\$.*", "").replace("[L", "").replace(";", "");
			String name = outermost.startsWith(ROOT) ? outermost.substring(ROOT.length()) : "";
			return !name.isEmpty() && !name.startsWith("batch.") && !API.contains(name) && !INSIDE.contains(name);
		});
		noClasses().should().dependOnClassesThat(inside).check(classes);
	}

	@Test
	void onlyTheTerminalIsAStandardStream() {
		noClasses().that().areNotAssignableTo(Terminal.class).should(ACCESS_STANDARD_STREAMS).check(classes);
	}

	@Test
	void databasesAreKnownByJdbcAlone() {
		noClasses().should().dependOnClassesThat().resideInAnyPackage("org.h2..", "org.duckdb..").check(classes);
		classes().should()
			.onlyDependOnClassesThat(
					describe("are no ONNX Runtime", (type) -> !type.getPackageName().startsWith("ai.onnxruntime")))
			.check(classes);
	}

}
