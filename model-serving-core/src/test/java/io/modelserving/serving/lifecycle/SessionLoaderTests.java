package io.modelserving.serving.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.server.ServerFixture;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelSource;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SessionLoader}.
 */
class SessionLoaderTests {

	private final List<FakeModel> loaded = new ArrayList<>();

	@TempDir
	private Path directory;

	private Path file;

	@BeforeEach
	void write() throws IOException {
		this.file = Files.writeString(this.directory.resolve("model.onnx"), "first");
	}

	@Test
	void sessionsAreLoadedForTheirDevices() {
		List<Integer> devices = new ArrayList<>();
		SessionLoader loader = loader(2, (path, resources) -> {
			devices.add(resources.device());
			assertThat(resources.intraOpThreads()).isEqualTo(2);
			return model();
		});
		assertThat(loader.load(List.of(0, 1, 1))).hasSize(3);
		assertThat(devices).containsExactly(0, 1, 1);
	}

	@Test
	void whenOneCannotBeLoadedThenThoseBeforeItAreClosed() {
		SessionLoader loader = loader(2, (path, resources) -> {
			if (resources.device() == 2) {
				throw new ModelLoadException("no such device", "Take another.", false, null);
			}
			return model();
		});
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(() -> loader.load(List.of(0, 1, 2)))
			.withMessageContaining("no such device");
		assertThat(this.loaded).hasSize(2).allMatch(model -> model.closed);
	}

	@Test
	void whenTheFileHasChangedThenFurtherSessionsAreRejected() throws IOException {
		SessionLoader loader = loader(2, (path, resources) -> model());
		loader.load(List.of(0));
		assertThat(loader.load(List.of(0))).hasSize(1);
		Files.writeString(this.file, "other");
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(() -> loader.load(List.of(0)))
			.withMessageContaining("has changed since the model was loaded");
		assertThat(this.loaded).hasSize(2);
	}

	@Test
	void whenTheSourceCannotBeReadThenTheMessageSaysWhich() {
		ModelSource broken = new ModelSource() {

			@Override
			public LocalFile open() throws IOException {
				throw new IOException("gone");
			}

			@Override
			public String description() {
				return "file:/gone";
			}

		};
		SessionLoader loader = new SessionLoader(definition(broken, (path, resources) -> model()), 1);
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(() -> loader.load(List.of(0)))
			.withMessageContaining("file:/gone cannot be read");
	}

	private SessionLoader loader(int threads, ModelLoader loader) {
		return new SessionLoader(definition(Definitions.source(this.file), loader), threads);
	}

	private static ModelDefinition definition(ModelSource source, ModelLoader loader) {
		return new ModelDefinition(ServerFixture.KEY, source, loader, true,
				new InstanceSettings(OptimizeFor.THROUGHPUT, 1, 2, List.of(0)), Definitions.batching(1),
				WarmUpSettings.defaults());
	}

	private FakeModel model() {
		FakeModel model = FakeModel.timesTwo();
		this.loaded.add(model);
		return model;
	}

}
