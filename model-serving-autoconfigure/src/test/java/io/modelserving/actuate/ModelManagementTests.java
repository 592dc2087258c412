package io.modelserving.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.modelserving.actuate.ManagementResult.Outcome;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tuning.ModelTuner;
import io.modelserving.serving.RepositoryReadOnlyException;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.tuning.TuningRejectedException;
import io.modelserving.tuning.TuningStatus;
import io.modelserving.tuning.TuningRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * Tests for {@link ModelManagement} and for the status that {@link ManagementResponses}
 * gives its outcomes.
 */
class ModelManagementTests {

	private static final ModelKey FIRST = new ModelKey("digits", 1);

	private static final ModelKey SECOND = new ModelKey("digits", 2);

	private final ModelRegistry registry = mock(ModelRegistry.class);

	private final ModelAdministration administration = mock(ModelAdministration.class);

	private final ModelRepository repository = mock(ModelRepository.class);

	private final ModelTuner tuner = mock(ModelTuner.class);

	private final List<Object> events = new ArrayList<>();

	private final ModelManagement management = new ModelManagement(this.registry, this.administration,
			() -> this.repository, this.tuner, this.events::add, Duration.ofSeconds(30));

	@BeforeEach
	void know() {
		List<ModelSnapshot> models = List.of(snapshot(FIRST), snapshot(SECOND));
		given(this.registry.models()).willReturn(models);
		given(this.registry.find(FIRST)).willReturn(Optional.of(models.get(0)));
		given(this.registry.find(SECOND)).willReturn(Optional.of(models.get(1)));
		given(this.registry.traffic("digits")).willReturn(Traffic.pinnedTo(1));
		given(this.registry.trafficStatus(any()))
			.willReturn(new TrafficStatus(Traffic.NONE, new TreeMap<>(), List.of(), List.of(), null));
	}

	@Test
	void whenAReloadEndsReadyThenItIsDone() {
		given(this.administration.reload(FIRST)).willReturn(done(FIRST, ModelState.READY, ""));
		ManagementResult result = run(ManagementOperation.RELOAD, 1L, Map.of());
		assertThat(result.outcome()).isEqualTo(Outcome.DONE);
		assertThat(result.versions()).extracting(ModelsDescriptor.Entry::version).containsExactly(1L);
		then(this.administration).should(never()).reload(SECOND);
	}

	@Test
	void whenNoVersionIsGivenThenAllAreMeant() {
		given(this.administration.reload(FIRST)).willReturn(done(FIRST, ModelState.READY, ""));
		given(this.administration.reload(SECOND)).willReturn(done(SECOND, ModelState.FAILED, "broken"));
		ManagementResult result = run(ManagementOperation.RELOAD, null, Map.of());
		assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
		assertThat(result.versions()).extracting(ModelsDescriptor.Entry::reason).containsExactly("", "broken");
		assertThat(ManagementResponses.of(() -> result).getStatus())
			.isEqualTo(WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR);
	}

	@Test
	void whenAReloadFailsWhileTheOldOneGoesOnThenItHasFailed() {
		given(this.administration.reload(FIRST)).willReturn(done(FIRST, ModelState.READY, "the reload failed"));
		assertThat(run(ManagementOperation.RELOAD, 1L, Map.of()).outcome()).isEqualTo(Outcome.FAILED);
	}

	@Test
	void whenAnOperationTakesTooLongThenItGoesOnAndThatIsSaid() {
		ModelManagement hasty = new ModelManagement(this.registry, this.administration, () -> this.repository,
				this.tuner, this.events::add, Duration.ZERO);
		given(this.administration.unload(FIRST)).willReturn(new CompletableFuture<>());
		ManagementResult result = hasty.run(request(ManagementOperation.UNLOAD, 1L, Map.of()));
		assertThat(result.outcome()).isEqualTo(Outcome.PENDING);
		assertThat(ManagementResponses.of(() -> result).getStatus()).isEqualTo(202);
		assertThat(this.events).singleElement()
			.isEqualTo(new ModelManagementEvent(ManagementOperation.UNLOAD, "digits", 1L, Map.of(), "anna", "pending"));
	}

	@Test
	void whenTrafficIsSetThenWhatIsNotGivenStays() {
		run(ManagementOperation.TRAFFIC, null, Map.of("stickyHeader", "X-User"));
		then(this.administration).should().route("digits", Traffic.pinnedTo(1).withStickyHeader("X-User"));
		assertThat(this.events).containsExactly(new ModelManagementEvent(ManagementOperation.TRAFFIC, "digits", null,
				Map.of("stickyHeader", "X-User"), "anna", "done"));
	}

	@Test
	void whenLimitsAreSetThenWhatIsNotGivenStays() {
		given(this.registry.limits(any())).willReturn(new BatchingLimits(8, Duration.ZERO, 1024));
		run(ManagementOperation.LIMITS, 2L, Map.of("maxQueueDelay", "5ms"));
		then(this.administration).should().limit(SECOND, new BatchingLimits(8, Duration.ofMillis(5), 1024));
	}

	@Test
	void whenInstancesAreSetThenTheVersionIsScaled() {
		given(this.administration.scale(SECOND, 3)).willReturn(done(SECOND, ModelState.READY, ""));
		assertThat(run(ManagementOperation.SCALE, 2L, Map.of("instances", "3")).outcome()).isEqualTo(Outcome.DONE);
	}

	@Test
	void whenAModelIsTunedThenItsParametersAreUnderstoodAndItGoesOn() {
		TuningRequest wanted = new TuningRequest(Duration.ofMillis(50), Duration.ofMinutes(2), 8, 2, 32, List.of(1, 2),
				List.of(1), List.of(1, 8));
		given(this.tuner.status("digits")).willReturn(Optional.of(tuning(wanted)));
		ManagementResult result = run(ManagementOperation.TUNE, 2L,
				Map.of("objective", "50ms", "duration", "2m", "concurrency", "8", "rows", "2", "maxBatchSize", "32",
						"instances", "1, 2", "intraOpThreads", "1", "batchSizes", "1,8"));
		then(this.tuner).should().start(SECOND, wanted);
		assertThat(result.outcome()).isEqualTo(Outcome.PENDING);
		assertThat(result.tuning()).extracting(TuningDescriptor::state).isEqualTo("RUNNING");
	}

	@Test
	void whenNoVersionIsNamedThenTheOneThatStandsForTheModelIsTuned() {
		given(this.registry.find("digits")).willReturn(Optional.of(snapshot(SECOND)));
		given(this.tuner.status("digits")).willReturn(Optional.of(tuning(TuningRequest.defaults())));
		run(ManagementOperation.TUNE, null, Map.of());
		then(this.tuner).should().start(SECOND, TuningRequest.defaults());
	}

	@Test
	void whenAModelIsBeingTunedThenThatIsAConflict() {
		given(this.tuner.start(any(), any())).willThrow(new TuningRejectedException("busy"));
		assertThat(ManagementResponses.of(() -> run(ManagementOperation.TUNE, 1L, Map.of())).getStatus())
			.isEqualTo(409);
		assertThat(this.events).singleElement().asString().contains("failed: busy");
	}

	@Test
	void whenTuningIsCancelledThenItsEndIsAwaited() {
		TuningStatus status = tuning(TuningRequest.defaults());
		given(this.tuner.status("digits")).willReturn(Optional.of(status));
		given(this.tuner.cancel("digits")).willReturn(CompletableFuture.completedFuture(status));
		assertThat(run(ManagementOperation.CANCEL_TUNING, null, Map.of()).outcome()).isEqualTo(Outcome.DONE);
		assertThatIllegalArgumentException().isThrownBy(() -> run(ManagementOperation.CANCEL_TUNING, 1L, Map.of()))
			.withMessageContaining("leave version out");
	}

	@Test
	void whenParametersOfTuningMakeNoSenseThenTheyAreNamed() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> run(ManagementOperation.TUNE, 1L, Map.of("batchSizes", "1;2")))
			.withMessage("batchSizes is \"1;2\"; it must be whole numbers, such as 1,2,4");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> run(ManagementOperation.TUNE, 1L, Map.of("duration", "1h")))
			.withMessage("duration is PT1H; it must be between PT1S and PT10M");
	}

	private static TuningStatus tuning(TuningRequest request) {
		return new TuningStatus(SECOND, request, Instant.EPOCH, TuningStatus.State.RUNNING, 1, 2, "loading", null);
	}

	@Test
	void whenVersionsAreSwitchedThenTheRegistryIsTold() {
		run(ManagementOperation.DISABLE, 1L, Map.of());
		run(ManagementOperation.ENABLE, null, Map.of());
		then(this.administration).should().disable(FIRST);
		then(this.administration).should().enable(FIRST);
		then(this.administration).should().enable(SECOND);
	}

	@Test
	void whenAModelIsLoadedThenTheRepositoryDoesIt() {
		given(this.repository.load("iris", LoadOverrides.NONE)).willReturn(CompletableFuture.completedFuture(
				List.of(new ModelStatus(new ModelKey("iris", 1), ModelState.READY, "", true, Instant.EPOCH))));
		ManagementResult result = this.management
			.run(new ManagementRequest(ManagementOperation.LOAD, "iris", null, Map.of(), null));
		assertThat(result.outcome()).isEqualTo(Outcome.DONE);
		assertThat(result.versions()).extracting(ModelsDescriptor.Entry::name).containsExactly("iris");
	}

	@Test
	void whenTheRepositoryMayNotBeUsedThenThatIsSaid() {
		given(this.repository.load(any(), any()))
			.willReturn(CompletableFuture.failedFuture(new RepositoryReadOnlyException("set the mode")));
		ManagementRequest request = request(ManagementOperation.LOAD, null, Map.of());
		assertThatExceptionOfType(RepositoryReadOnlyException.class).isThrownBy(() -> this.management.run(request));
		assertThat(this.events).singleElement()
			.extracting((event) -> ((ModelManagementEvent) event).outcome())
			.isEqualTo("failed: set the mode");
	}

	@Test
	void whenThereIsNoRepositoryThenThatIsSaid() {
		ModelManagement without = new ModelManagement(this.registry, this.administration, () -> null, this.tuner,
				this.events::add, Duration.ZERO);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> without.run(request(ManagementOperation.LOAD, null, Map.of())))
			.withMessageContaining("model-serving.repository");
	}

	@Test
	void whenTheModelIsNotKnownThenThoseThereAreAreNamed() {
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> run(ManagementOperation.DISABLE, 3L, Map.of()))
			.withMessage("model \"digits\" has no version 3; it has [1, 2]");
		ManagementRequest other = new ManagementRequest(ManagementOperation.UNLOAD, "other", null, Map.of(), null);
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> this.management.run(other))
			.withMessage("unknown model \"other\"; there are [digits]");
	}

	@Test
	void whenParametersDoNotFitTheOperationThenThatIsSaid() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> run(ManagementOperation.RELOAD, null, Map.of("instances", "2")))
			.withMessage("reload: no parameter \"instances\"; there is only version");
		assertThatIllegalArgumentException().isThrownBy(() -> run(ManagementOperation.SCALE, null, Map.of()))
			.withMessage("scale: nothing is to be changed; give instances");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> run(ManagementOperation.SCALE, null, Map.of("instances", "0")))
			.withMessage("instances is 0; it must be at least 1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> run(ManagementOperation.LIMITS, null, Map.of("weights", "1=1")))
			.withMessage("limits: no parameter \"weights\"; there are maxBatchSize, maxQueueDelay, queueCapacity");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> run(ManagementOperation.TRAFFIC, 1L, Map.of("weights", "1=1")))
			.withMessage("traffic is that of all versions; leave version out");
		assertThatIllegalArgumentException().isThrownBy(() -> ManagementOperation.of("destroy"))
			.withMessage(
					"unknown operation \"destroy\"; there are load, reload, unload, enable, disable, scale, limits, "
							+ "clear-cache, traffic, tune, cancel-tuning");
	}

	@Test
	void failuresBecomeStatusesWithWordsInTheBody() {
		assertThat(status(new IllegalArgumentException("bad"))).isEqualTo(400);
		assertThat(status(new ModelNotFound("bad"))).isEqualTo(404);
		assertThat(status(new RepositoryReadOnlyException("bad"))).isEqualTo(409);
		assertThat(status(new ModelUnavailable("bad", Duration.ZERO))).isEqualTo(503);
		assertThat(status(new ModelLoadException("bad", "", false, null))).isEqualTo(500);
	}

	@Test
	void whenTheRegistryRejectsThenTheEventSaysWhy() {
		willThrow(new IllegalArgumentException("no version 9")).given(this.administration).route(any(), any());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> run(ManagementOperation.TRAFFIC, null, Map.of("defaultVersion", "9")));
		assertThat(this.events).singleElement()
			.extracting((event) -> ((ModelManagementEvent) event).outcome())
			.isEqualTo("failed: no version 9");
	}

	private static int status(RuntimeException failure) {
		WebEndpointResponse<Object> response = ManagementResponses.of(() -> {
			throw failure;
		});
		assertThat(response.getBody()).isEqualTo(Map.of("error", "bad"));
		return response.getStatus();
	}

	private ManagementResult run(ManagementOperation operation, @Nullable Long version,
			Map<String, String> parameters) {
		return this.management.run(request(operation, version, parameters));
	}

	private static ManagementRequest request(ManagementOperation operation, @Nullable Long version,
			Map<String, String> parameters) {
		return new ManagementRequest(operation, "digits", version, parameters, "anna");
	}

	private static ModelSnapshot snapshot(ModelKey key) {
		return new ModelSnapshot(new ModelStatus(key, ModelState.READY, "", true, Instant.EPOCH), "file", null,
				BatcherSnapshot.IDLE);
	}

	private static CompletableFuture<ModelStatus> done(ModelKey key, ModelState state, String reason) {
		return CompletableFuture.completedFuture(new ModelStatus(key, state, reason, true, Instant.EPOCH));
	}

}
