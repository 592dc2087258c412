package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.server.ModelServer;
import io.modelserving.serving.ModelSnapshot;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RepositoryPoller} with real files and a real registry.
 */
class RepositoryPollerTests {

	private final FakeCatalog catalog = new FakeCatalog();

	private final ModelServer server = ModelServer.builder().build();

	private final Map<String, Path> directories = new TreeMap<>();

	private boolean unreadable;

	private @Nullable Path denied;

	@TempDir
	private Path directory;

	private RepositoryPoller poller;

	@BeforeEach
	void loadModel() {
		write("m/1/model.onnx", 1);
		ControlledModelRepository repository = new ControlledModelRepository(this.catalog, this.server.registry(),
				this.server.administration(), RepositoryMode.EXPLICIT, new OverrideFiles(1), ForkJoinPool.commonPool());
		this.catalog.with("m", 1);
		repository.load("m", LoadOverrides.NONE).orTimeout(1, TimeUnit.MINUTES).join();
		this.catalog.loads.clear();
		this.poller = new RepositoryPoller(() -> {
			if (this.unreadable) {
				throw new ModelLoadException("the disk is gone", "", true, null);
			}
			return this.directories;
		}, Map::of, repository, (place) -> {
			if (place.equals(this.denied)) {
				throw new AccessDeniedException(place.toString());
			}
			return DirectoryFingerprints.of(place);
		});
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	@Test
	void whenNothingChangesThenNothingIsLoaded() {
		poll();
		poll();
		assertThat(this.catalog.loads).isEmpty();
	}

	@Test
	void whenAVersionIsAddedThenOnlyThatOneIsLoaded() {
		write("m/2/model.onnx", 2);
		this.catalog.with("m", 1, 2);
		poll();
		assertThat(this.catalog.loads).isEmpty();
		poll();
		assertThat(this.catalog.loads).containsExactly(new ModelKey("m", 2));
		assertThat(versions()).containsExactly(new ModelKey("m", 1), new ModelKey("m", 2));
	}

	@Test
	void whenAVersionChangesThenItIsLoadedAgainOnceNobodyWritesItAnyMore() throws IOException {
		for (int size = 1; size < 5; size++) {
			Path file = Files.write(this.directory.resolve("m/1/model.onnx"), new byte[size]);
			Files.setLastModifiedTime(file, FileTime.fromMillis(size * 1000));
			poll();
		}
		assertThat(this.catalog.loads).isEmpty();
		poll();
		assertThat(this.catalog.loads).containsExactly(new ModelKey("m", 1));
	}

	@Test
	void whenAVersionIsRemovedThenItIsUnloaded() throws IOException {
		write("m/2/model.onnx", 2);
		this.catalog.with("m", 1, 2);
		poll();
		poll();
		Files.delete(this.directory.resolve("m/1/model.onnx"));
		this.catalog.with("m", 2);
		poll();
		poll();
		assertThat(versions()).containsExactly(new ModelKey("m", 2));
	}

	@Test
	void whenAModelComesAndGoesThenSoDoesWhatIsServed() {
		write("n/1/model.onnx", 1);
		this.catalog.with("n", 1);
		poll();
		poll();
		assertThat(versions()).containsExactly(new ModelKey("m", 1), new ModelKey("n", 1));
		this.directories.remove("m");
		poll();
		poll();
		assertThat(versions()).containsExactly(new ModelKey("n", 1));
	}

	@Test
	void whenTheRepositoryCannotBeReadThenAllStaysAsItIs() {
		this.unreadable = true;
		poll();
		poll();
		assertThat(versions()).containsExactly(new ModelKey("m", 1));
		this.unreadable = false;
		poll();
		poll();
		assertThat(this.catalog.loads).isEmpty();
	}

	@Test
	void whenADirectoryCannotBeReadForAMomentThenItsModelStaysAndOthersAreLoaded() {
		write("n/1/model.onnx", 1);
		this.catalog.with("n", 1);
		this.denied = this.directory.resolve("m");
		poll();
		poll();
		assertThat(versions()).containsExactly(new ModelKey("m", 1), new ModelKey("n", 1));
		this.denied = null;
		poll();
		poll();
		assertThat(versions()).containsExactly(new ModelKey("m", 1), new ModelKey("n", 1));
		assertThat(this.catalog.loads).containsExactly(new ModelKey("n", 1));
	}

	@Test
	void whenADirectoryLeadsNowhereForAMomentThenItsModelStays() throws IOException {
		Path model = this.directory.resolve("m");
		Path away = Files.move(model, this.directory.resolve("away"));
		Files.createSymbolicLink(model, model);
		poll();
		poll();
		poll();
		Files.delete(model);
		Files.move(away, model);
		poll();
		poll();
		assertThat(versions()).containsExactly(new ModelKey("m", 1));
		assertThat(this.catalog.loads).isEmpty();
	}

	@Test
	void whenADirectoryThatCouldNotBeReadIsGoneThenItsModelIsUnloaded() throws IOException {
		this.denied = this.directory.resolve("m");
		poll();
		poll();
		this.denied = null;
		Files.move(this.directory.resolve("m"), this.directory.resolve("away"));
		poll();
		poll();
		assertThat(versions()).isEmpty();
	}

	@Test
	void whenAModelFailsThenItIsNotTriedAgainBeforeItsFilesChange() {
		write("n/1/model.onnx", 1);
		this.catalog.with("n", 1).breakVersion("n", 1);
		poll();
		poll();
		assertThat(versions()).containsExactly(new ModelKey("m", 1), new ModelKey("n", 1));
		poll();
		write("n/1/model.onnx", 2);
		this.catalog.with("n", 1);
		poll();
		poll();
		assertThat(this.catalog.loads).containsExactly(new ModelKey("n", 1));
	}

	private void write(String file, int size) {
		OnnxFiles.write(this.directory.resolve(file), new byte[size]);
		String model = file.substring(0, file.indexOf('/'));
		this.directories.put(model, this.directory.resolve(model));
	}

	private void poll() {
		this.poller.poll().orTimeout(1, TimeUnit.MINUTES).join();
	}

	private List<ModelKey> versions() {
		return this.server.registry().models().stream().map(ModelSnapshot::key).toList();
	}

}
