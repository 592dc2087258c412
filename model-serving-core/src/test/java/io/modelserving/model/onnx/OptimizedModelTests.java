package io.modelserving.model.onnx;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OptimizedModelTests {

	@TempDir
	Path cache;

	@TempDir
	Path models;

	private Path model;

	@BeforeEach
	void copyModel() throws IOException {
		this.model = Files.copy(TestModels.path("affine.onnx"), this.models.resolve("affine.onnx"));
	}

	@Test
	void whenLoadedThenOptimizedGraphIsStoredAndUsedTheNextTime() throws IOException {
		runs(this.model, options());
		Path entry = entry();
		assertThat(entry).isNotEmptyFile();
		assertThat(entry.resolveSibling(entry.getFileName() + ".sha256")).isNotEmptyFile();
		store(entry, "scalar_add.onnx");
		try (Model other = TestModels.load(this.model, options())) {
			assertThat(other.signature().outputNames()).containsExactly("c");
		}
		assertThat(files()).hasSize(2);
	}

	@Test
	void whenABitOfAStoredGraphHasChangedThenItIsReplaced() throws IOException {
		runs(this.model, options());
		byte[] stored = Files.readAllBytes(entry());
		for (int i = 0; i < stored.length; i += 40) {
			byte[] changed = stored.clone();
			changed[i] ^= 1;
			Files.write(entry(), changed);
			runs(this.model, options());
			assertThat(Files.readAllBytes(entry())).hasSameSizeAs(stored).isNotEqualTo(changed);
			assertThat(files()).hasSize(2);
		}
	}

	@Test
	void whenStoredGraphIsCutOffOrHasNoDigestThenItIsReplaced() throws IOException {
		runs(this.model, options());
		Files.write(entry(), new byte[0]);
		runs(this.model, options());
		assertThat(entry()).isNotEmptyFile();
		Files.delete(digest());
		runs(this.model, options());
		assertThat(digest()).isNotEmptyFile();
		Files.write(digest(), new byte[] { 'x' });
		runs(this.model, options());
		assertThat(Files.readString(digest())).hasSizeGreaterThan(64).endsWith("  " + entry().getFileName() + "\n");
		assertThat(files()).hasSize(2);
	}

	@Test
	void whenTheCacheGoesAwayWhileTheModelLoadsThenTheModelIsLoadedAllTheSame() throws IOException {
		Path inner = Files.createDirectory(this.cache.resolve("inner"));
		OnnxOptions options = OnnxOptions.defaults().withOptimizedModelCache(inner);
		OnnxSessionOptionsCustomizer thief = (session, context) -> {
			try (Stream<Path> files = Files.walk(inner)) {
				files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
			}
			catch (NoSuchFileException ex) {
				// deleted by the call before
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		};
		try (Model model = TestModels.load(this.model, options, thief)) {
			assertThat(model.signature().outputNames()).containsExactly("y");
		}
		assertThat(inner).doesNotExist();
	}

	@Test
	void whenAModelCannotBeLoadedThenNoDraftStays() throws IOException {
		Path broken = Files.copy(TestModels.path("corrupt.onnx"), this.models.resolve("corrupt.onnx"));
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(() -> TestModels.load(broken, options()));
		assertThat(files()).isEmpty();
	}

	@Test
	void whenProcessesHaveLeftDraftsThenOldOnesAreDeleted() throws IOException {
		Path old = Files.write(this.cache.resolve("draft-1.onnx"), new byte[9]);
		Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2026-01-01T08:00:00Z")));
		Path fresh = Files.write(this.cache.resolve("draft-2.onnx"), new byte[9]);
		Files.setLastModifiedTime(fresh, FileTime.from(Instant.parse("2026-01-01T10:00:00Z")));
		Clock clock = Clock.fixed(Instant.parse("2026-01-01T10:30:00Z"), ZoneOffset.UTC);
		Path draft = new OptimizedModelCache(this.cache, clock).draft();
		assertThat(draft).doesNotExist().hasParentRaw(this.cache);
		assertThat(files()).containsExactly(fresh);
	}

	@Test
	void whenLoadedSideBySideThenOneEntryIsLeftWhole() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			List<Callable<Void>> loads = Collections.nCopies(24, () -> {
				runs(this.model, options());
				return null;
			});
			for (Future<Void> load : executor.invokeAll(loads, 1, TimeUnit.MINUTES)) {
				load.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(OptimizedModelCache.isIntact(entry())).isTrue();
		assertThat(files()).hasSize(2);
	}

	@Test
	void whenModelOrOptionsChangeThenEntryIsAnother() throws IOException {
		runs(this.model, options());
		runs(this.model, options().withConfigEntries(Map.of("session.disable_prepacking", "1")));
		Files.write(this.models.resolve("weights"), new byte[1]);
		runs(this.model, options());
		assertThat(files()).hasSize(6);
		Files.copy(TestModels.path("fixed_shape.onnx"), this.models.resolve("fixed_shape.onnx"));
		TestModels.load(this.models.resolve("fixed_shape.onnx"), options()).close();
		assertThat(files()).hasSize(8);
	}

	@Test
	void whenAnIntactGraphCannotBeLoadedThenNoneIsStoredAgain() throws IOException {
		runs(this.model, options());
		store(entry(), "corrupt.onnx");
		runs(this.model, options());
		runs(this.model, options());
		assertThat(files()).singleElement()
			.satisfies((file) -> assertThat(file.getFileName().toString()).endsWith(".unusable"));
	}

	@Test
	void whenModelHasExternalDataThenIsLoadedWithoutStoredGraph() throws IOException {
		for (int i = 0; i < 3; i++) {
			try (Model external = TestModels.load(TestModels.path("external_data.onnx"), options())) {
				assertThat(TestModels.run(external, NamedTensors.of("x", Tensor.of(Shape.of(1, 4), 1f, 1, 1, 1)))
					.numeric("y")
					.toFloats()).containsExactly(18, 22, 26);
			}
		}
		assertThat(files()).hasSize(1);
	}

	@Test
	void whenCacheIsNoDirectoryOrTheModelsOwnThenTheModelIsLoadedWithoutIt() throws IOException {
		Path file = Files.write(this.cache.resolve("file"), new byte[1]);
		runs(this.model, OnnxOptions.defaults().withOptimizedModelCache(file));
		runs(this.model, OnnxOptions.defaults().withOptimizedModelCache(this.models));
		try (Stream<Path> files = Files.list(this.models)) {
			assertThat(files).containsExactly(this.model);
		}
	}

	private OnnxOptions options() {
		return OnnxOptions.defaults().withOptimizedModelCache(this.cache);
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(this.cache)) {
			return files.toList();
		}
	}

	private Path entry() throws IOException {
		return files().stream().filter((file) -> file.toString().endsWith(".onnx")).findFirst().orElseThrow();
	}

	private Path digest() throws IOException {
		return this.cache.resolve(entry().getFileName() + ".sha256");
	}

	private void store(Path entry, String name) throws IOException {
		Path draft = Files.copy(TestModels.path(name), this.cache.resolve("draft"));
		Files.delete(entry);
		OptimizedModelCache.keep(draft, entry);
	}

	private static void runs(Path file, OnnxOptions options) {
		try (Model model = TestModels.load(file, options)) {
			assertThat(TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1, 3), 1f, 2, 3)))
				.numeric("y")
				.toFloats()).containsExactly(22.5f, 27.5f);
		}
	}

}
