package io.modelserving;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Tests that the packages depend on one another, and on third parties, only as
 * {@link Room} and {@link Library} allow.
 */
class ArchitectureTests {

	private static JavaClasses classes;

	@BeforeAll
	static void importClasses() {
		classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages(Room.ROOT);
	}

	@Test
	void packagesAreFreeOfCycles() {
		check(slices().matching(Room.ROOT + ".(**)").should().beFreeOfCycles());
	}

	@Test
	void everyClassLivesInARoom() {
		check(classes().that()
			.doNotHaveSimpleName("package-info")
			.should(ArchConditions.be(describe("in a package that Room lists", (type) -> Room.of(type).isPresent()))));
	}

	@ParameterizedTest
	@EnumSource(Room.class)
	void roomUsesOnlyTheRoomsBelowIt(Room room) {
		List<Room> allowed = room.uses();
		check(noClasses().that(liveIn(room))
			.should()
			.dependOnClassesThat(describe("live in another room than " + allowed,
					(type) -> Room.of(type).filter((other) -> other != room && !allowed.contains(other)).isPresent()))
			.because("rooms may be entered only in the direction of the arrows"));
	}

	@ParameterizedTest
	@EnumSource(value = Room.class, names = { "TENSOR", "MODEL", "BATCHING", "SEQUENCE", "SERVING", "SCALING",
			"TRAFFIC", "RESULT_CACHE", "STATISTICS", "WARM_UP", "LIFECYCLE", "TUNING", "SERVER" })
	void coreRoomNeedsNothingButTheJdk(Room room) {
		check(classes().that(liveIn(room))
			.should()
			.onlyDependOnClassesThat(
					resideInAnyPackage(Room.ROOT + "..", "java..", "javax..", "org.jspecify..", "org.slf4j.."))
			.because("the core must be usable and testable without a framework"));
	}

	@ParameterizedTest
	@EnumSource(Library.class)
	void libraryStaysBehindItsFence(Library library) {
		check(noClasses().that(liveInNoneOf(library.rooms()))
			.should()
			.dependOnClassesThat(resideInAnyPackage(library.packages()))
			.because("%s is known only to %s".formatted(library, library.rooms())));
	}

	@Test
	void beanMethodsCarryNoClassConditions() {
		check(noMethods().should()
			.beAnnotatedWith(ConditionalOnClass.class)
			.because("the method's signature is loaded before the condition is asked: put it on the class"));
	}

	@Test
	void fieldsAreNotInjected() {
		check(noFields().should().beAnnotatedWith(Autowired.class).because("dependencies come by constructor"));
	}

	/**
	 * The JDK's immutable collections probe one place after the other, so they take
	 * quadratic time for names that a caller has chosen such that they collide.
	 */
	@Test
	void namesOfCallersAreNotPutIntoCollectionsThatProbe() {
		check(noClasses()
			.that(liveIn(Room.CODEC).or(liveIn(Room.OPENINFERENCE))
				.or(liveIn(Room.ENDPOINT))
				.or(liveIn(Room.ACTUATE))
				.or(liveIn(Room.MODEL))
				.or(liveIn(Room.TENSOR))
				.or(JavaClass.Predicates.assignableTo(LoadOverrides.class)))
			.should()
			.callMethod(Map.class, "copyOf", Map.class)
			.orShould()
			.callMethod(Map.class, "ofEntries", Map.Entry[].class)
			.orShould()
			.callMethod(Set.class, "copyOf", Collection.class)
			.orShould()
			.callMethod(Set.class, "of", Object[].class)
			.orShould()
			.callMethod(Collectors.class, "toUnmodifiableSet")
			.orShould()
			.callMethod(Collectors.class, "toUnmodifiableMap", Function.class, Function.class)
			.because("2^16 names of the same hash would take half a minute: use LinkedHashMap or HashSet"));
	}

	@Test
	void nothingWritesToStandardStreams() {
		check(NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS);
	}

	@Test
	void nothingUsesJavaUtilLogging() {
		check(NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(classes);
	}

	private static DescribedPredicate<JavaClass> liveIn(Room room) {
		return describe("live in " + room, (type) -> Room.of(type).filter(room::equals).isPresent());
	}

	private static DescribedPredicate<JavaClass> liveInNoneOf(List<Room> rooms) {
		return describe("live outside of " + rooms, (type) -> Room.of(type).filter(rooms::contains).isEmpty());
	}

	/**
	 * The packages directly below the root, with their sub-packages, each with the rooms
	 * that it may use.
	 */
	private enum Room {

		TENSOR("tensor"),

		/** Generated, in a module of its own. */
		ONNX_SCHEMA("onnx"),

		MODEL_GRAPH("model.graph", ONNX_SCHEMA),

		MODEL("model", MODEL_GRAPH, TENSOR),

		CODEC("codec", MODEL, TENSOR),

		MODEL_ONNX("model.onnx", MODEL, MODEL_GRAPH, TENSOR),

		ADMISSION("batching.admission", MODEL),

		BATCHING("batching", ADMISSION, MODEL, TENSOR),

		TENSOR_BATCHING("batching.tensor", BATCHING, MODEL, TENSOR),

		SEQUENCE("sequence", BATCHING, MODEL, MODEL_GRAPH, TENSOR),

		SCALING("serving.scaling", BATCHING, MODEL),

		TRAFFIC("serving.traffic", MODEL),

		RESULT_CACHE("serving.cache", BATCHING, MODEL, TENSOR),

		SERVING("serving", SEQUENCE, RESULT_CACHE, SCALING, TRAFFIC, BATCHING, ADMISSION, TENSOR_BATCHING, MODEL,
				MODEL_GRAPH, TENSOR),

		IMAGE("image", TENSOR),

		PIPELINE("pipeline", SEQUENCE, SERVING, SCALING, BATCHING, ADMISSION, MODEL, IMAGE, TENSOR),

		STATISTICS("serving.statistics", RESULT_CACHE, SERVING, SCALING, TRAFFIC, BATCHING, ADMISSION, MODEL),

		WARM_UP("serving.warmup", SEQUENCE, SERVING, BATCHING, ADMISSION, TENSOR_BATCHING, MODEL, MODEL_GRAPH, TENSOR),

		LIFECYCLE("serving.lifecycle", SEQUENCE, RESULT_CACHE, WARM_UP, SERVING, SCALING, TRAFFIC, BATCHING, ADMISSION,
				TENSOR_BATCHING, MODEL, MODEL_GRAPH, TENSOR),

		TUNING("tuning", LIFECYCLE, WARM_UP, SERVING, SCALING, BATCHING, ADMISSION, TENSOR_BATCHING, MODEL, MODEL_GRAPH,
				TENSOR),

		SERVER("serving.server", SEQUENCE, RESULT_CACHE, TUNING, LIFECYCLE, WARM_UP, SERVING, SCALING, TRAFFIC,
				BATCHING, MODEL, TENSOR),

		REPOSITORY("repository", SCALING, TRAFFIC, SERVING, CODEC, BATCHING, MODEL, MODEL_GRAPH, TENSOR),

		CLIENT("client", CODEC, MODEL, TENSOR),

		TEXT("text", MODEL, TENSOR),

		OPENAPI("openapi", CODEC, MODEL, TENSOR),

		WEB("web", SERVING, BATCHING, MODEL, TENSOR),

		ENDPOINT("endpoint", SEQUENCE, RESULT_CACHE, PIPELINE, TRAFFIC, WEB, OPENAPI, IMAGE, CODEC, SERVING, BATCHING,
				ADMISSION, MODEL, TENSOR),

		/** Generated, in a module of its own. */
		GRPC_API("grpc"),

		OPENINFERENCE("openinference", SEQUENCE, RESULT_CACHE, STATISTICS, SCALING, TRAFFIC, WEB, GRPC_API, OPENAPI,
				CODEC, SERVING, BATCHING, MODEL, TENSOR),

		METRICS("metrics", WEB, PIPELINE, SEQUENCE, RESULT_CACHE, STATISTICS, SCALING, TRAFFIC, SERVING, BATCHING,
				ADMISSION, MODEL, MODEL_GRAPH, TENSOR),

		HEALTH("health", SERVING, BATCHING, MODEL, TENSOR),

		ACTUATE("actuate", REPOSITORY, PIPELINE, SEQUENCE, RESULT_CACHE, TUNING, STATISTICS, SCALING, TRAFFIC, SERVING,
				BATCHING, ADMISSION, MODEL, MODEL_GRAPH, TENSOR),

		CACHE("cache", RESULT_CACHE, CODEC, MODEL, TENSOR),

		AUTOCONFIGURE("autoconfigure", PIPELINE, SEQUENCE, CACHE, RESULT_CACHE, SERVER, TUNING, STATISTICS, SCALING,
				TRAFFIC, TENSOR, CLIENT, CODEC, MODEL, MODEL_GRAPH, MODEL_ONNX, BATCHING, ADMISSION, TENSOR_BATCHING,
				SERVING, REPOSITORY, IMAGE, TEXT, OPENAPI, WEB, ENDPOINT, GRPC_API, OPENINFERENCE, METRICS, HEALTH,
				ACTUATE);

		static final String ROOT = "io.modelserving";

		private final String name;

		private final List<Room> uses;

		Room(String name, Room... uses) {
			this.name = name;
			this.uses = List.of(uses);
		}

		List<Room> uses() {
			return this.uses;
		}

		static Optional<Room> of(JavaClass type) {
			return Arrays.stream(values())
				.filter((room) -> room.contains(type.getPackageName()))
				.max(Comparator.comparingInt((room) -> room.name.length()));
		}

		private boolean contains(String packageName) {
			String path = ROOT + "." + this.name;
			return packageName.equals(path) || packageName.startsWith(path + ".");
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	/**
	 * Third parties that only some rooms know.
	 */
	private enum Library {

		ONNX_RUNTIME(List.of(Room.MODEL_ONNX), "ai.onnxruntime.."),

		MICROMETER(List.of(Room.METRICS, Room.ACTUATE, Room.AUTOCONFIGURE), "io.micrometer.."),

		SPRING(except(Room.TENSOR, Room.CODEC, Room.IMAGE, Room.TEXT, Room.MODEL, Room.MODEL_ONNX, Room.BATCHING,
				Room.SERVING), "org.springframework..", "jakarta.."),

		JACKSON(List.of(Room.CLIENT, Room.CODEC, Room.OPENAPI, Room.OPENINFERENCE, Room.ENDPOINT, Room.ACTUATE,
				Room.REPOSITORY, Room.AUTOCONFIGURE), "tools.jackson..", "com.fasterxml.jackson.."),

		SWAGGER(List.of(Room.OPENAPI, Room.OPENINFERENCE, Room.ENDPOINT, Room.AUTOCONFIGURE), "io.swagger..",
				"org.springdoc.."),

		PROTOBUF(List.of(Room.MODEL_GRAPH, Room.ONNX_SCHEMA, Room.GRPC_API, Room.OPENINFERENCE, Room.ENDPOINT,
				Room.AUTOCONFIGURE), "com.google.protobuf.."),

		GRPC(List.of(Room.GRPC_API, Room.OPENINFERENCE, Room.AUTOCONFIGURE), "io.grpc.."),

		OPENCV(List.of(Room.IMAGE), "org.bytedeco.."),

		CAFFEINE(List.of(Room.CACHE, Room.AUTOCONFIGURE), "com.github.benmanes.."),

		TOKENIZERS(List.of(Room.TEXT, Room.AUTOCONFIGURE), "ai.djl..");

		private final List<Room> rooms;

		private final String[] packages;

		Library(List<Room> rooms, String... packages) {
			this.rooms = rooms;
			this.packages = packages;
		}

		List<Room> rooms() {
			return this.rooms;
		}

		String[] packages() {
			return this.packages;
		}

		private static List<Room> except(Room... rooms) {
			return Stream.of(Room.values()).filter((room) -> !List.of(rooms).contains(room)).toList();
		}

	}

}
