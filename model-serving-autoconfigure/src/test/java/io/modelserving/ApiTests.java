package io.modelserving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the line between what an application may use, which {@code docs/design/api.md}
 * lists, and the inside.
 */
class ApiTests {

	/** Why types that are not listed are public: by package, with the types. */
	private static final String INSIDE = """
			actuate | beans that autoconfigure.actuate makes | ModelFilesEndpoint ModelManagement ModelManagementAuditor ModelsEndpoint \
			ModelsEndpointJmxExtension ModelsEndpointWebExtension ModelsInfoContributor PipelinesEndpoint
			pipeline | the stage of large requests | Turn
			autoconfigure | shared by several auto-configurations | CallerContext OneShot PropertyPath
			batching | the queue, which serving and tuning put together, and its timer and estimates | \
			AdjustableBatcher AloneAdapter BatchAdapter BatchFunction BatchThreads Batcher BatcherBuilder BatchingPolicy \
			Calibration DeadlineTimer GuardedListener HangPolicy InstanceReplacement
			batching.admission | decisions that batching asks for | Admission LatencyBudget LoadEstimate ObjectivePolicy \
			Prediction QueueLength RunCosts RunsUnderWay
			batching.tensor | batches of tensors, for serving and tuning | RowAxes TensorBatching
			cache | beans of autoconfigure.cache | CaffeineResultStores ChosenResultStores
			codec | bodies of the protocol and files of samples, for openinference and autoconfigure | BinaryTensors \
			EncodedResponse InferenceCodec InferenceRequestBody InferenceResponseBody JsonProblems JsonTensors \
			RequestBounds RequestedOutput SampleFile SampleFiles
			endpoint | beans of autoconfigure.endpoint, and what endpoint.openapi describes | BeanValidation \
			EndpointDescription EndpointRoutes ExampleCheck InvalidModelEndpointException ModelEndpoints \
			RecordComponents RequestLimits
			endpoint.codec | beans of autoconfigure.endpoint | CodecHttpMessageConverter CsvCodec JacksonCodec \
			MessagePackCodec NpyCodec ProtobufCodec
			endpoint.openapi | a bean of autoconfigure.openapi | EndpointApi
			health | beans of autoconfigure.health | ModelsHealthContributor ReadinessGroupPostProcessor
			metrics | beans of autoconfigure.metrics | MicrometerServingListener MicrometerStreamListener \
			ObservedInferenceService ObservedStages StageMeters TracedOnly
			model | helpers of several packages | DerivedFutures ForeignFile ModelSize NearNames
			model.graph | the graph as model.onnx and repository read it | ElementType ExternalData ModelGraph
			model.onnx | says which runtimes there are, to autoconfigure | OnnxRuntimes
			openapi | parts of the document, for endpoint.openapi and openinference.openapi | ApiSection Example \
			Markdown ModelOpenApi OperationFilter Schemas
			openinference | what HTTP and gRPC share | InferenceRequests LabelFiles MetadataLabels \
			ModelConfigDescription ModelDescription ModelLookup ModelStatisticsDescription OutputFormats \
			RepositoryControl RepositoryIndexDescription ServerDescription StatisticsSource TensorDescription
			openinference.grpc | beans of autoconfigure.grpc | CallDrain DeflateCodec OpenInferenceGrpcService \
			ServingHealth StreamLimits
			openinference.http | beans of autoconfigure.openinference | ErrorDispatchFilter \
			OpaqueRequestFilter OpenInferenceRoutes ProtocolPaths ServerErrors UnknownPathResolver
			openinference.openapi | beans of autoconfigure.openapi | ExampleResponses OpenInferenceApi
			pipeline | items of a list and calls that are waited for, for endpoint; ensembles, for autoconfigure | \
			Ensembles ItemCalls WaitingCalls
			repository | beans of autoconfigure, and the types of its properties | \
			ControlledModelRepository FoundModel ModelCatalog ModelLocations ModelVersions OverrideFiles \
			RepositoryContent RepositoryMode RepositoryPoller VersionPolicy
			repository.cache | files that are fetched, for repository.source, and what is kept, for actuate | \
			CacheStatus CachedFile Checkout Checksums Digest DownloadException DownloadSettings Downloader HttpFile Uris
			repository.source | where models come from, for repository and autoconfigure | CheckedModelSource Checksum \
			CopiedModelSource FileModelSource RelativeNames RemoteSource ResourceOrigin Revisions SourceKind \
			SourceKinds SourceSettings
			sequence | the sequences that serving.lifecycle runs | SequenceRequest SequenceStates Sequences
			serving.cache | the cache that serving.lifecycle makes and serving.server asks | CachedCall ResultCache
			serving.lifecycle | slots of models, for serving.server and tuning | ModelPreparation ModelSlot ModelSlots \
			ServedModel SessionFunction SessionLoader SlotEvents
			serving.scaling | the scaling that serving.lifecycle runs | AutoScaler ScalingDecision
			serving.server | what autoconfigure makes its beans from | ModelServer
			serving.statistics | figures, for actuate and openinference | ModelStatistics StatisticsCollector
			serving.traffic | decisions that serving.server asks for | FailureWindow RollbackPolicy ShadowCounts \
			TrafficPolicy VersionChoice
			serving.warmup | warm-up, for serving.lifecycle and tuning | BatchPlanner RunTime SampleRows SessionWarmUp \
			TensorComparison WarmUp
			tensor | half precision, for codec, client, batching and serving.warmup | HalfPrecision
			tuning | the tuner that serving.server makes | DefaultModelTuner
			web | the front door of endpoint and openinference.http | Arrival BodyBounds BodyBuffer BodyContent BodyMemory \
			BodyRule BodyRules BodyTooLarge BodyTooSlow BrokenCoding ClientConnection CompressedResponse ContentCoding \
			DetachedRequest EarlyRejection Execution PathConflicts RequestExecution RequestHead ResponseCompression \
			UnsupportedCoding
			web.stream | streams of endpoint, and their listener in metrics | EventStream RequestChannel StreamFormat \
			StreamListener StreamProblem StreamSettings Streams
			web.tomcat | a bean of autoconfigure.web | BodyReceiver
			""";

	/** Generated from the schema of ONNX, for model.graph. */
	private static final String ONNX_SCHEMA = ApiPage.ROOT + ".onnx.schema";

	/** What signatures of the API may name beside the API. */
	private static final Pattern FOREIGN = Pattern
		.compile("(java|javax|org\\.springframework|io\\.micrometer|tools\\.jackson|ai\\.onnxruntime)\\..*");

	/** Benchmarks that measure what is inside. */
	private static final Set<String> MEASURE_THE_INSIDE = Set.of("JsonTensorBenchmark.java",
			"PictureRequestBenchmark.java");

	private static final Pattern OURS = Pattern.compile("\\bio\\.modelserving(?:\\.[a-z]\\w*)*\\.(?:[A-Z]\\w*|\\*)");

	private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

	private static JavaClasses classes;

	private static ApiPage api;

	@BeforeAll
	static void importClasses() throws IOException {
		classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages(ApiPage.ROOT);
		api = ApiPage.read();
	}

	@Test
	void listedTypesArePublic() {
		assertThat(api.names()).hasSizeGreaterThan(100)
			.allSatisfy((name) -> assertThat(classes.contain(name) && isPublic(classes.get(name))).as(name).isTrue());
		assertThat(api.types()).allSatisfy((row, names) -> assertThat(names).as(row).isNotEmpty())
			.allSatisfy((row, names) -> assertThat(!names.contains("*") || names.size() == 1).as(row).isTrue());
	}

	@Test
	void signaturesOfListedTypesNameNothingThatIsNotListed() {
		Set<String> leaks = new TreeSet<>();
		for (JavaClass type : classes) {
			if (api.lists(type) && isPublic(type) && !type.getPackageName().equals(ApiPage.ROOT + ".grpc")) {
				declared(type).filter((named) -> isForbidden(named))
					.forEach((named) -> leaks.add(type.getName() + " names " + named.getName()));
			}
		}
		assertThat(leaks).as("list the type, or keep it out of the signature").isEmpty();
	}

	/**
	 * What an application sees of a type: what it extends, and its members that are not
	 * private to the package.
	 */
	private static Stream<JavaClass> declared(JavaClass type) {
		Stream<JavaType> parents = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
		Stream<JavaType> bounds = type.getTypeParameters().stream().flatMap((one) -> one.getBounds().stream());
		Stream<JavaType> members = type.getMembers()
			.stream()
			.filter((member) -> member.getModifiers().contains(JavaModifier.PUBLIC)
					|| member.getModifiers().contains(JavaModifier.PROTECTED))
			.filter((member) -> !member.getModifiers().contains(JavaModifier.SYNTHETIC))
			.flatMap(ApiTests::named);
		return Stream.of(parents, bounds, members)
			.flatMap((types) -> types)
			.flatMap((named) -> named.getAllInvolvedRawTypes().stream())
			.map(JavaClass::getBaseComponentType);
	}

	private static Stream<JavaType> named(JavaMember member) {
		if (member instanceof JavaField field) {
			return Stream.of(field.getType());
		}
		JavaCodeUnit code = (JavaCodeUnit) member;
		Stream<JavaType> parameters = code.getParameters().stream().map(JavaParameter::getType);
		Stream<JavaType> thrown = code.getThrowsClause().getTypes().stream().map((type) -> type);
		return Stream.of(Stream.of(code.getReturnType()), parameters, thrown).flatMap((types) -> types);
	}

	private static boolean isForbidden(JavaClass named) {
		return named.getName().startsWith(ApiPage.ROOT + ".") ? !(api.lists(named) && isPublic(named))
				: !named.isPrimitive() && !FOREIGN.matcher(named.getName()).matches();
	}

	@Test
	void otherPublicTypesAreListedHereWithAReason() {
		List<String> explained = INSIDE.lines()
			.map((line) -> line.split(" \\| "))
			.flatMap((row) -> Stream.of(row[2].split(" ")).map((name) -> ApiPage.ROOT + "." + row[0] + "." + name))
			.toList();
		assertThat(inside().stream().filter((name) -> !explained.contains(name)))
			.as("public types that are neither in docs/design/api.md nor, with a reason, in INSIDE")
			.isEmpty();
		assertThat(explained.stream().filter((name) -> !inside().contains(name)))
			.as("types in INSIDE that are not public or are in docs/design/api.md")
			.isEmpty();
	}

	private static List<String> inside() {
		return classes.stream()
			.filter((type) -> isPublic(type) && type.isTopLevelClass() && !api.lists(type)
					&& !type.getPackageName().equals(ONNX_SCHEMA))
			.map(JavaClass::getName)
			.toList();
	}

	@Test
	void otherPublicTypesAreUsedByAnotherPackage() {
		Set<String> used = new HashSet<>();
		for (JavaClass user : classes) {
			Stream<JavaClass> named = user.getDirectDependenciesFromSelf()
				.stream()
				.map((dependency) -> dependency.getTargetClass().getBaseComponentType());
			// lambdas are passed as what the signature names
			Stream<JavaClass> passed = user.getCodeUnitCallsFromSelf()
				.stream()
				.flatMap((call) -> call.getTarget().getRawParameterTypes().stream());
			Stream.concat(named, passed)
				.filter((type) -> !type.getPackageName().equals(user.getPackageName()))
				.forEach((type) -> used.add(outermost(type).getName()));
		}
		assertThat(inside()).as("make private to the package what no other package uses").isSubsetOf(used);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sample-app/src/main/java", "benchmarks/server/src/main/java",
			"benchmarks/micro/src/main/java" })
	void applicationUsesOnlyListedTypes(String sources) throws IOException {
		List<Path> files = files(sources, ".java").stream()
			.filter((file) -> !nameOf(file).equals("package-info.java"))
			.toList();
		Set<String> own = new HashSet<>();
		for (Path file : files) {
			own.add(packageOf(file));
		}
		own.removeIf(classes::containPackage);
		Set<String> inside = new TreeSet<>();
		for (Path file : files) {
			if (!own.contains(packageOf(file)) || !unlisted(file, own).isEmpty()) {
				inside.add(nameOf(file));
			}
		}
		assertThat(inside).as("files that use what is not in docs/design/api.md, or stand in a package of ours")
			.isEqualTo((sources.contains("micro")) ? MEASURE_THE_INSIDE : Set.of());
	}

	@Test
	void documentationShowsOnlyListedTypes() throws IOException {
		for (Path page : files("docs", ".md")) {
			assertThat(unlisted(page, Set.of())).as(nameOf(page)).isEmpty();
		}
		assertThat(unlisted(Path.of("..", "README.md"), Set.of("io.modelserving.caller"))).isEmpty();
	}

	private static List<Path> files(String folder, String ending) throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("..").resolve(folder))) {
			List<Path> found = files.filter((file) -> nameOf(file).endsWith(ending)).toList();
			assertThat(found).as(folder).isNotEmpty();
			return found;
		}
	}

	private static String packageOf(Path source) throws IOException {
		Matcher declaration = PACKAGE.matcher(Files.readString(source));
		assertThat(declaration.find()).as(source.toString()).isTrue();
		return declaration.group(1);
	}

	private static List<String> unlisted(Path file, Set<String> own) throws IOException {
		return OURS.matcher(Files.readString(file))
			.results()
			.map(MatchResult::group)
			.filter((name) -> !own.contains(name.substring(0, name.lastIndexOf('.'))) && !api.lists(name))
			.toList();
	}

	private static String nameOf(Path file) {
		return file.getFileName().toString();
	}

	private static JavaClass outermost(JavaClass type) {
		return type.getEnclosingClass().map(ApiTests::outermost).orElse(type);
	}

	private static boolean isPublic(JavaClass type) {
		return type.getModifiers().contains(JavaModifier.PUBLIC)
				&& type.getEnclosingClass().map(ApiTests::isPublic).orElse(true);
	}

}
