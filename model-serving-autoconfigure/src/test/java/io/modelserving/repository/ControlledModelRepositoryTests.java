package io.modelserving.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelRepository.IndexEntry;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.server.ModelServer;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.RepositoryReadOnlyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ControlledModelRepository} over a real registry.
 */
class ControlledModelRepositoryTests {

	private final FakeCatalog catalog = new FakeCatalog();

	private final ModelServer server = ModelServer.builder().build();

	private final ControlledModelRepository repository = repository(RepositoryMode.EXPLICIT);

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ControlledModelRepository repository(RepositoryMode mode) {
		return new ControlledModelRepository(this.catalog, this.server.registry(), this.server.administration(), mode,
				new OverrideFiles(1), ForkJoinPool.commonPool());
	}

	@Test
	void whenAModelIsLoadedThenAllItsVersionsAreReadyAndListed() {
		this.catalog.with("m", 1, 2).with("n", 1);
		assertThat(load("m")).extracting(ModelStatus::state).containsExactly(ModelState.READY, ModelState.READY);
		assertThat(this.repository.index(false)).containsExactly(new IndexEntry("m", 1L, ModelState.READY, ""),
				new IndexEntry("m", 2L, ModelState.READY, ""), new IndexEntry("n", null, null, ""));
		assertThat(this.repository.index(true)).hasSize(2);
	}

	@Test
	void whenAModelIsLoadedAgainThenItIsReadAgain() {
		this.catalog.with("m", 1);
		load("m");
		load("m");
		assertThat(this.catalog.loads).hasSize(2);
	}

	@Test
	void whenAVersionIsNotWantedAnyMoreThenItGoesOnceItsSuccessorIsReady() {
		this.catalog.with("m", 1).policy = new VersionPolicy.Latest(1);
		load("m");
		this.catalog.with("m", 1, 2);
		load("m");
		assertThat(versions()).containsExactly(new ModelKey("m", 2));
	}

	@Test
	void whenTheSuccessorFailsThenTheOldVersionStays() {
		this.catalog.with("m", 1).policy = new VersionPolicy.Latest(1);
		load("m");
		this.catalog.with("m", 1, 2).breakVersion("m", 2);
		assertThat(load("m")).extracting(ModelStatus::state).containsExactly(ModelState.FAILED);
		assertThat(this.repository.index(false)).extracting(IndexEntry::state)
			.containsExactly(ModelState.READY, ModelState.FAILED);
	}

	@Test
	void whenTheFilesOfAVersionAreGoneThenItGoesEvenIfAnotherFails() {
		this.catalog.with("m", 1);
		load("m");
		this.catalog.with("m", 2).breakVersion("m", 2);
		load("m");
		assertThat(versions()).containsExactly(new ModelKey("m", 2));
	}

	@Test
	void whenAVersionThatIsListedIsMissingThenOthersStillComeAndGo() {
		this.catalog.with("m", 1);
		load("m");
		this.catalog.with("m", 1, 2).policy = new VersionPolicy.Specific(List.of(2L));
		this.catalog.missing.add(new ModelKey("m", 3));
		assertThat(load("m")).extracting(ModelStatus::state).containsExactly(ModelState.READY, ModelState.FAILED);
		assertThat(versions()).containsExactly(new ModelKey("m", 2), new ModelKey("m", 3));
	}

	@Test
	void whenAVersionIsLoadedAgainThenItIsRequiredIfItWas() {
		this.catalog.with("m", 1, 2);
		join(this.server.administration()
			.load(this.catalog.find("m", LoadOverrides.NONE).definitions().get(0).asRequired()));
		assertThat(load("m")).extracting(ModelStatus::required).containsExactly(true, false);
	}

	@Test
	void whenTheDiskIsGoneThenWhatIsLoadedIsListedAndCanBeUnloaded() {
		this.catalog.with("m", 1).with("n", 1);
		load("m");
		this.catalog.unreadable = true;
		assertThat(this.repository.index(false)).extracting(IndexEntry::name).containsExactly("m");
		join(this.repository.unload("m"));
		assertThat(versions()).isEmpty();
	}

	@Test
	void whenNothingOfAModelCanBeLoadedAnyMoreThenWhatServesGoesOnAndSaysWhy() {
		this.catalog.with("m", 3);
		load("m");
		this.catalog.problem = new ModelLoadException("the settings are wrong", "", false, null);
		assertThat(load("m")).singleElement().satisfies((status) -> {
			assertThat(status.key()).isEqualTo(new ModelKey("m", 3));
			assertThat(status.state()).isEqualTo(ModelState.READY);
			assertThat(status.reason()).contains("the settings are wrong");
		});
	}

	@Test
	void whenNothingOfAModelCanBeLoadedThenItHasFailedAndSaysWhy() {
		this.catalog.problem = new ModelLoadException("the settings are wrong", "", false, null);
		assertThat(load("m")).singleElement().satisfies((status) -> {
			assertThat(status.state()).isEqualTo(ModelState.FAILED);
			assertThat(status.reason()).contains("the settings are wrong");
		});
	}

	@Test
	void whenAModelIsUnloadedThenItIsListedAsNotLoaded() {
		this.catalog.with("m", 1, 2);
		load("m");
		join(this.repository.unload("m"));
		assertThat(versions()).isEmpty();
		assertThat(this.repository.index(false)).containsExactly(new IndexEntry("m", null, null, ""));
		join(this.repository.unload("m"));
	}

	@Test
	void whenAModelIsUnknownThenItIsNeitherLoadedNorUnloaded() {
		assertThat(failure(this.repository.load("none", LoadOverrides.NONE))).isInstanceOf(ModelNotFound.class);
		this.catalog.with("m", 1);
		assertThat(failure(this.repository.unload("none"))).isInstanceOf(ModelNotFound.class)
			.hasMessage("unknown model \"none\"; there are m");
	}

	@ParameterizedTest
	@CsvSource({ "NONE, 'in the mode \"none\"'", "POLL, if polling is enabled" })
	void whenLoadingIsNotExplicitThenItIsRejectedAndThePropertyNamed(RepositoryMode mode, String when) {
		ControlledModelRepository rejecting = repository(mode);
		this.catalog.with("m", 1);
		for (CompletableFuture<?> change : List.of(rejecting.load("m", LoadOverrides.NONE), rejecting.unload("m"))) {
			assertThat(failure(change)).isInstanceOf(RepositoryReadOnlyException.class)
				.hasMessageStartingWith("explicit model load / unload is not allowed " + when)
				.hasMessageContaining("model-serving.repository-control.mode");
		}
	}

	@Test
	void whenOneModelIsLoadedAndUnloadedByManyAtOnceThenTheLastOneHasItsWay() {
		this.catalog.with("m", 1, 2, 3).with("n", 1);
		List<CompletableFuture<?>> changes = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			changes.add(this.repository.load("m", LoadOverrides.NONE));
			changes.add(this.repository.load("n", LoadOverrides.NONE));
			changes.add(this.repository.unload("m"));
		}
		changes.add(this.repository.load("n", LoadOverrides.NONE));
		changes.forEach(ControlledModelRepositoryTests::join);
		assertThat(versions()).containsExactly(new ModelKey("n", 1));
		assertThat(load("m")).extracting(ModelStatus::state).containsOnly(ModelState.READY).hasSize(3);
		assertThat(this.catalog.loads).filteredOn((key) -> key.name().equals("m")).hasSize(51 * 3);
	}

	private List<ModelStatus> load(String model) {
		return join(this.repository.load(model, LoadOverrides.NONE));
	}

	private List<ModelKey> versions() {
		return this.server.registry().models().stream().map(ModelSnapshot::key).toList();
	}

	private static <T> T join(CompletableFuture<T> future) {
		return future.orTimeout(1, TimeUnit.MINUTES).join();
	}

	private static Throwable failure(CompletableFuture<?> future) {
		CompletionException[] caught = new CompletionException[1];
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> join(future))
			.satisfies((ex) -> caught[0] = ex);
		return caught[0].getCause();
	}

}
