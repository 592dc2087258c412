package io.modelserving.autoconfigure.grpc;

import io.modelserving.autoconfigure.OwnAutoConfigurations;
import io.modelserving.autoconfigure.StubModels;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.grpc.ModelStatisticsRequest;
import io.modelserving.model.ModelKey;
import io.modelserving.openinference.grpc.OpenInferenceGrpcService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelAdministration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.grpc.server.health.GrpcServerHealth;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests {@link OpenInferenceGrpcAutoConfiguration} by an application that serves stub
 * models over gRPC and nothing else.
 */
class OpenInferenceGrpcAutoConfigurationTests {

	private final CountDownLatch latch = new CountDownLatch(1);

	private ConfigurableApplicationContext context;

	private ManagedChannel channel;

	@AfterEach
	void close() {
		this.latch.countDown();
		if (this.channel != null) {
			this.channel.shutdownNow();
		}
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void healthAgreesWithReadinessFromTheFirstAnswerAndFollowsAtOnce() throws Exception {
		start(StubModels.loadingUntil(this.latch, "digits", true));
		assertThat(health("")).isEqualTo(ServingStatus.NOT_SERVING);
		assertThat(health(GRPCInferenceServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.NOT_SERVING);
		assertThat(health("digits")).isEqualTo(ServingStatus.NOT_SERVING);
		Watch watch = watch("");
		assertThat(watch.next()).isEqualTo(ServingStatus.NOT_SERVING);
		this.latch.countDown();
		assertThat(watch.next()).isEqualTo(ServingStatus.SERVING);
		assertThat(health("digits")).isEqualTo(ServingStatus.SERVING);
		assertThat(health("digits:1")).isEqualTo(ServingStatus.SERVING);
		AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC);
		assertThat(watch.next()).isEqualTo(ServingStatus.NOT_SERVING);
		assertThat(health("digits")).isEqualTo(ServingStatus.SERVING);
	}

	@Test
	void whenModelIsUnloadedThenItsHealthIsUnknown() throws Exception {
		start(StubModels.ready("digits"));
		Watch watch = watch("digits");
		while (watch.next() != ServingStatus.SERVING) {
			// it loads
		}
		this.context.getBean(ModelAdministration.class).unload(new ModelKey("digits", 1)).get(1, TimeUnit.MINUTES);
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> health("digits"))
			.withMessageContaining("NOT_FOUND");
	}

	@Test
	void springBootLeavesTheHealthOfTheServerToTheModels() {
		start(StubModels.loadingUntil(this.latch, "digits", true));
		Set<String> updated = new HashSet<>();
		this.context.getBean(GrpcServerHealth.class).update((service, status) -> updated.add(service));
		assertThat(updated).doesNotContain("", "digits", GRPCInferenceServiceGrpc.SERVICE_NAME);
	}

	@Test
	void whenApplicationLeavesHealthToSpringBootThenModelsOnlyLowerIt() throws Exception {
		start(new String[] { "spring.grpc.server.health.include-overall-health=true",
				"spring.grpc.server.health.schedule.enabled=false" },
				StubModels.loadingUntil(this.latch, "digits", true));
		Watch watch = watch("digits");
		this.latch.countDown();
		while (watch.next() != ServingStatus.SERVING) {
			// it loads
		}
		assertThat(health("")).isEqualTo(ServingStatus.NOT_SERVING);
	}

	@Test
	void whenTheApplicationEndsThenNeitherWatchesNorCallsWithoutMessageNorReflectionHoldItUp() throws Exception {
		start(new String[] { "spring.grpc.server.shutdown.grace-period=1h" }, StubModels.ready("digits"));
		Watch watch = watch("digits");
		while (watch.next() != ServingStatus.SERVING) {
			// it loads
		}
		CompletableFuture<Status> ended = new CompletableFuture<>();
		ClientCall<ModelInferRequest, ModelInferResponse> call = this.channel
			.newCall(GRPCInferenceServiceGrpc.getModelInferMethod(), CallOptions.DEFAULT);
		call.start(new ClientCall.Listener<>() {
			@Override
			public void onClose(Status status, Metadata trailers) {
				ended.complete(status);
			}
		}, new Metadata());
		call.sendMessage(ModelInferRequest.newBuilder().setModelName("digits").build());
		BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
		StreamObserver<ServerReflectionRequest> reflection = ServerReflectionGrpc.newStub(this.channel)
			.serverReflectionInfo(new Collector<>(answers));
		reflection.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
		assertThat(answers.poll(30, TimeUnit.SECONDS)).isNotNull();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.context::close);
		assertThat(watch.next()).isEqualTo(ServingStatus.NOT_SERVING);
		Status status = ended.get(1, TimeUnit.MINUTES);
		assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
		assertThat(status.getDescription()).contains("shutting down");
		closed.get(1, TimeUnit.MINUTES);
	}

	@Test
	void reflectionListsTheService() throws Exception {
		start(StubModels.ready("digits"));
		BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
		StreamObserver<ServerReflectionRequest> reflection = ServerReflectionGrpc.newStub(this.channel)
			.serverReflectionInfo(new Collector<>(answers));
		reflection.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
		ServerReflectionResponse services = answers.poll(30, TimeUnit.SECONDS);
		assertThat(services.getListServicesResponse().getServiceList()).extracting(ServiceResponse::getName)
			.contains("inference.GRPCInferenceService", "grpc.health.v1.Health");
		reflection.onNext(
				ServerReflectionRequest.newBuilder().setFileContainingSymbol("inference.GRPCInferenceService").build());
		assertThat(answers.poll(30, TimeUnit.SECONDS).getFileDescriptorResponse().getFileDescriptorProtoCount())
			.isPositive();
		reflection.onCompleted();
	}

	@Test
	void modelsRunAndAreCounted() throws Exception {
		start(StubModels.ready("digits"));
		Watch watch = watch("");
		while (watch.next() != ServingStatus.SERVING) {
			// it loads
		}
		ModelInferResponse response = GRPCInferenceServiceGrpc.newBlockingStub(this.channel)
			.modelInfer(ModelInferRequest.newBuilder()
				.setModelName("digits")
				.addInputs(InferInputTensor.newBuilder().setName("x").setDatatype("FP32").addShape(1).addShape(1))
				.addRawInputContents(com.google.protobuf.ByteString.copyFrom(new byte[] { 0, 0, (byte) 0x80, 0x3f }))
				.build());
		assertThat(response.getRawOutputContents(0).toByteArray()).containsExactly(0, 0, 0x80, 0x3f);
		assertThat(GRPCInferenceServiceGrpc.newBlockingStub(this.channel)
			.modelStatistics(ModelStatisticsRequest.newBuilder().setName("digits").build())
			.getModelStats(0)
			.getInferenceCount()).isEqualTo(1);
	}

	@Test
	void whenDisabledOrWithoutTheMessagesThenThereIsNoService() {
		ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and());
		runner.run((started) -> assertThat(started).hasSingleBean(OpenInferenceGrpcService.class));
		runner.withPropertyValues("model-serving.grpc.enabled=false")
			.run((started) -> assertThat(started).hasNotFailed().doesNotHaveBean(BindableService.class));
		runner.withClassLoader(new FilteredClassLoader("io.modelserving.grpc"))
			.run((started) -> assertThat(started).hasNotFailed()
				.doesNotHaveBean(OpenInferenceGrpcAutoConfiguration.class));
		runner.withClassLoader(new FilteredClassLoader("io.grpc", "org.springframework.grpc"))
			.run((started) -> assertThat(started).hasNotFailed()
				.doesNotHaveBean(OpenInferenceGrpcAutoConfiguration.class));
	}

	@Test
	void whenLimitsMakeNoSenseThenStartFails() {
		ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and());
		runner.withPropertyValues("model-serving.grpc.max-request-size=2GB")
			.run((started) -> assertThat(started).getFailure()
				.rootCause()
				.hasMessage(
						"Property model-serving.grpc.max-request-size with value '2147483648B' is invalid: it must be between 1B and 1073741824B"));
		runner.withPropertyValues("model-serving.grpc.max-calls-per-stream=0")
			.run((started) -> assertThat(started).getFailure()
				.rootCause()
				.hasMessage(
						"Property model-serving.grpc.max-calls-per-stream with value '0' is invalid: it must be at least 1"));
	}

	private void start(ModelDefinition model) {
		start(new String[0], model);
	}

	private void start(String[] properties, ModelDefinition model) {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off")
			.properties(properties)
			.initializers((created) -> created.getBeanFactory().registerSingleton("model", model))
			.run();
		this.channel = ManagedChannelBuilder
			.forAddress("localhost", this.context.getBean(GrpcServerLifecycle.class).getPort())
			.usePlaintext()
			.build();
	}

	private ServingStatus health(String service) {
		return HealthGrpc.newBlockingStub(this.channel)
			.withDeadlineAfter(30, TimeUnit.SECONDS)
			.check(HealthCheckRequest.newBuilder().setService(service).build())
			.getStatus();
	}

	private Watch watch(String service) {
		Watch watch = new Watch(new LinkedBlockingQueue<>());
		HealthGrpc.newStub(this.channel)
			.watch(HealthCheckRequest.newBuilder().setService(service).build(), new Collector<>(watch.answers()));
		return watch;
	}

	private record Watch(BlockingQueue<HealthCheckResponse> answers) {

		ServingStatus next() throws InterruptedException {
			HealthCheckResponse answer = this.answers.poll(30, TimeUnit.SECONDS);
			assertThat(answer).isNotNull();
			return answer.getStatus();
		}

	}

	private record Collector<T>(BlockingQueue<T> answers) implements StreamObserver<T> {

		@Override
		public void onNext(T answer) {
			this.answers.add(answer);
		}

		@Override
		public void onError(Throwable failure) {
		}

		@Override
		public void onCompleted() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
