package io.modelserving.openinference.grpc;

import java.util.List;
import java.util.Map;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.modelserving.grpc.DataType;
import io.modelserving.grpc.LogSettingsRequest;
import io.modelserving.grpc.ModelConfig;
import io.modelserving.grpc.ModelConfigRequest;
import io.modelserving.grpc.ModelMetadataRequest;
import io.modelserving.grpc.ModelMetadataResponse;
import io.modelserving.grpc.ModelReadyRequest;
import io.modelserving.grpc.ModelRepositoryParameter;
import io.modelserving.grpc.ModelStatistics;
import io.modelserving.grpc.ModelStatisticsRequest;
import io.modelserving.grpc.RepositoryIndexRequest;
import io.modelserving.grpc.RepositoryIndexResponse.ModelIndex;
import io.modelserving.grpc.RepositoryModelLoadRequest;
import io.modelserving.grpc.RepositoryModelUnloadRequest;
import io.modelserving.grpc.ServerLiveRequest;
import io.modelserving.grpc.ServerMetadataRequest;
import io.modelserving.grpc.ServerMetadataResponse;
import io.modelserving.grpc.ServerReadyRequest;
import io.modelserving.grpc.SystemSharedMemoryStatusRequest;
import io.modelserving.grpc.TraceSettingRequest;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;
import io.modelserving.openinference.FakeRepository.Load;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests the calls of {@link ServiceMethods} that run no model.
 */
@GrpcTest
class MetadataGrpcTests {

	private static final ModelKey DIGITS = new ModelKey("digits", 3);

	private final FakeModels models;

	private final FakeRepository repository;

	MetadataGrpcTests(@Autowired FakeModels models, @Autowired FakeRepository repository) {
		this.models = models;
		this.repository = repository;
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		this.repository.reset();
		this.models.add(DIGITS,
				new ModelSignature(
						List.of(TensorSpec.of("pixels", io.modelserving.tensor.DataType.FP32, Shape.of(-1, 8, 8))),
						List.of(TensorSpec.of("label", io.modelserving.tensor.DataType.BYTES, Shape.of(-1)))),
				NamedTensors.of("pixels", Tensor.of(Shape.of(1, 8, 8), new float[64])));
	}

	@Test
	void serverIsLiveWhateverItsModelsDo(GrpcCaller grpc) {
		this.models.set(DIGITS, ModelState.FAILED, "no such file", true);
		assertThat(grpc.blocking().serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
	}

	@Test
	void serverIsReadyWhenAllRequiredModelsAre(GrpcCaller grpc) {
		this.models.set(new ModelKey("extra", 1), ModelState.FAILED, "no such file", false);
		assertThat(grpc.blocking().serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
		this.models.set(DIGITS, ModelState.LOADING, "", true);
		assertThat(grpc.blocking().serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isFalse();
	}

	@Test
	void modelSaysWhetherItIsReady(GrpcCaller grpc) {
		assertThat(isReady(grpc, "digits", "")).isTrue();
		assertThat(isReady(grpc, "digits", "3")).isTrue();
		this.models.set(DIGITS, ModelState.DRAINING, "", true);
		assertThat(isReady(grpc, "digits", "")).isFalse();
		GrpcCaller.assertFails(() -> isReady(grpc, "digit", ""), Status.Code.NOT_FOUND);
		GrpcCaller.assertFails(() -> isReady(grpc, "digits", "stable"), Status.Code.NOT_FOUND);
	}

	private static boolean isReady(GrpcCaller grpc, String model, String version) {
		return grpc.blocking()
			.modelReady(ModelReadyRequest.newBuilder().setName(model).setVersion(version).build())
			.getReady();
	}

	@Test
	void serverSaysWhatItIs(GrpcCaller grpc) {
		ServerMetadataResponse server = grpc.blocking().serverMetadata(ServerMetadataRequest.getDefaultInstance());
		assertThat(server.getName()).isEqualTo("model-serving");
		assertThat(server.getVersion()).isEqualTo("unknown");
		assertThat(server.getExtensionsList()).contains("statistics", "model_configuration", "model_repository")
			.doesNotContain("trace", "logging", "system_shared_memory", "cuda_shared_memory");
	}

	@Test
	void modelSaysWhatItTakesAndGives(GrpcCaller grpc) {
		ModelMetadataResponse model = grpc.blocking()
			.modelMetadata(ModelMetadataRequest.newBuilder().setName("digits").build());
		assertThat(model.getName()).isEqualTo("digits");
		assertThat(model.getVersionsList()).containsExactly("3");
		assertThat(model.getPlatform()).isEqualTo("onnx_onnxv1");
		assertThat(model.getInputs(0).getName()).isEqualTo("pixels");
		assertThat(model.getInputs(0).getDatatype()).isEqualTo("FP32");
		assertThat(model.getInputs(0).getShapeList()).containsExactly(-1L, 8L, 8L);
		assertThat(model.getOutputs(0).getDatatype()).isEqualTo("BYTES");
		assertThat(model.getPropertiesMap()).containsEntry("author", "Ada");
	}

	@Test
	void whenModelHasNeverBeenReadyThenItsMetadataIsUnavailable(GrpcCaller grpc) {
		this.models.set(new ModelKey("new", 1), ModelState.WARMING, "", true);
		ModelMetadataRequest request = ModelMetadataRequest.newBuilder().setName("new").build();
		assertThat(GrpcCaller.assertFails(() -> grpc.blocking().modelMetadata(request), Status.Code.UNAVAILABLE)
			.getStatus()
			.getDescription()).isEqualTo("model \"new\" version 1 is WARMING");
	}

	@Test
	void configurationLeavesTheDimensionOfTheBatchOut(GrpcCaller grpc) {
		ModelConfig config = grpc.blocking()
			.modelConfig(ModelConfigRequest.newBuilder().setName("digits").setVersion("3").build())
			.getConfig();
		assertThat(config.getName()).isEqualTo("digits");
		assertThat(config.getBackend()).isEqualTo("onnxruntime");
		assertThat(config.getMaxBatchSize()).isEqualTo(1);
		assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
		assertThat(config.getInput(0).getDimsList()).containsExactly(8L, 8L);
		assertThat(config.getOutput(0).getDataType()).isEqualTo(DataType.TYPE_STRING);
		assertThat(config.getOutput(0).getDimsList()).isEmpty();
		assertThat(config.getInstanceGroup(0).getCount()).isEqualTo(1);
		assertThat(config.hasDynamicBatching()).isFalse();
	}

	@Test
	void statisticsAreOfOneVersionOrOfAll(GrpcCaller grpc) {
		this.models.add(new ModelKey("digits", 4), new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()));
		this.models.add(new ModelKey("iris", 1), new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()));
		assertThat(statistics(grpc, "", "")).extracting(ModelStatistics::getName, ModelStatistics::getVersion)
			.containsExactly(tuple("digits", "3"), tuple("digits", "4"), tuple("iris", "1"));
		assertThat(statistics(grpc, "digits", "")).extracting(ModelStatistics::getVersion).containsExactly("3", "4");
		assertThat(statistics(grpc, "digits", "4")).extracting(ModelStatistics::getVersion).containsExactly("4");
		GrpcCaller.assertFails(() -> statistics(grpc, "digit", ""), Status.Code.NOT_FOUND);
	}

	private static List<ModelStatistics> statistics(GrpcCaller grpc, String model, String version) {
		return grpc.blocking()
			.modelStatistics(ModelStatisticsRequest.newBuilder().setName(model).setVersion(version).build())
			.getModelStatsList();
	}

	@Test
	void indexListsWhatIsLoadedAndWhatIsNot(GrpcCaller grpc) {
		this.models.set(new ModelKey("late", 1), ModelState.WARMING, "", true);
		assertThat(grpc.blocking().repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsList())
			.extracting(ModelIndex::getName, ModelIndex::getVersion, ModelIndex::getState, ModelIndex::getReason)
			.containsExactly(tuple("absent", "", "UNAVAILABLE", "not loaded"), tuple("digits", "3", "READY", ""),
					tuple("late", "1", "LOADING", ""));
		assertThat(grpc.blocking()
			.repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(true).build())
			.getModelsList()).extracting(ModelIndex::getName).containsExactly("digits");
	}

	@Test
	void modelIsLoadedWithWhatShallBeDifferent(GrpcCaller grpc) {
		grpc.blocking()
			.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
				.setModelName("digits")
				.putParameters("config",
						ModelRepositoryParameter.newBuilder().setStringParam("{\"max_batch_size\": 4}").build())
				.putParameters("file:1/model.onnx",
						ModelRepositoryParameter.newBuilder()
							.setBytesParam(ByteString.copyFrom(new byte[] { 1, 2 }))
							.build())
				.build());
		assertThat(this.repository.loads()).singleElement().satisfies((load) -> {
			assertThat(load.model()).isEqualTo("digits");
			assertThat(load.overrides().config()).containsExactly(Map.entry("max_batch_size", 4));
			assertThat(load.overrides().files()).containsOnlyKeys("1/model.onnx");
			assertThat(load.overrides().files().get("1/model.onnx")).containsExactly(1, 2);
		});
	}

	@Test
	void nameOfTheModelMayBeInTheFirstFieldAsKServeHasIt(GrpcCaller grpc) {
		grpc.blocking()
			.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder().setRepositoryName("digits").build());
		grpc.blocking()
			.repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder().setRepositoryName("digits").build());
		assertThat(this.repository.loads()).extracting(Load::model).containsExactly("digits");
		assertThat(this.repository.unloads()).containsExactly("digits");
	}

	@Test
	void whenLoadingFailsThenCallersGetTheReason(GrpcCaller grpc) {
		this.models.set(DIGITS, ModelState.FAILED, "not a model", true);
		assertThat(GrpcCaller
			.assertFails(
					() -> grpc.blocking()
						.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder().setModelName("digits").build()),
					Status.Code.UNAVAILABLE)
			.getStatus()
			.getDescription()).isEqualTo("model \"digits\" version 3 could not be loaded: not a model");
		GrpcCaller.assertFails(
				() -> grpc.blocking()
					.repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder().setModelName("digit").build()),
				Status.Code.NOT_FOUND);
	}

	@Test
	void whenFileOfTheRequestIsNoModelThenThatIsTheCallersMistake(GrpcCaller grpc) {
		this.models.setInvalid(DIGITS, "not a model");
		RepositoryModelLoadRequest request = RepositoryModelLoadRequest.newBuilder()
			.setModelName("digits")
			.putParameters("config", ModelRepositoryParameter.newBuilder().setStringParam("{}").build())
			.putParameters("file:1/model.onnx",
					ModelRepositoryParameter.newBuilder().setBytesParam(ByteString.copyFromUtf8("junk")).build())
			.build();
		GrpcCaller.assertFails(() -> grpc.blocking().repositoryModelLoad(request), Status.Code.INVALID_ARGUMENT);
		this.models.set(DIGITS, ModelState.FAILED, "there is no device", true);
		GrpcCaller.assertFails(() -> grpc.blocking().repositoryModelLoad(request), Status.Code.UNAVAILABLE);
	}

	@Test
	void whatMakesNoSenseInProcessIsUnimplemented(GrpcCaller grpc) {
		GrpcCaller.assertFails(
				() -> grpc.blocking().systemSharedMemoryStatus(SystemSharedMemoryStatusRequest.getDefaultInstance()),
				Status.Code.UNIMPLEMENTED);
		GrpcCaller.assertFails(() -> grpc.blocking().traceSetting(TraceSettingRequest.getDefaultInstance()),
				Status.Code.UNIMPLEMENTED);
		GrpcCaller.assertFails(() -> grpc.blocking().logSettings(LogSettingsRequest.getDefaultInstance()),
				Status.Code.UNIMPLEMENTED);
	}

}
