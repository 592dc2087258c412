package io.modelserving.serving;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelSource;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;

/**
 * Definitions of models for tests.
 */
public final class Definitions {

	private Definitions() {
	}

	public static ModelDefinition of(String name, ModelLoader loader) {
		return of(name, 1, loader);
	}

	public static ModelDefinition of(String name, long version, ModelLoader loader) {
		return new ModelDefinition(new ModelKey(name, version), source(), loader, true,
				new InstanceSettings(OptimizeFor.THROUGHPUT, 2, 1, List.of(0)), batching(4), WarmUpSettings.defaults());
	}

	public static ModelSource source() {
		return source(Path.of("fake.onnx"));
	}

	public static ModelSource source(Path file) {
		return new FakeSource(file);
	}

	public static BatchingSettings batching(@Nullable Integer maxBatchSize) {
		return batching(maxBatchSize, Verification.UNBATCH);
	}

	public static BatchingSettings batching(@Nullable Integer maxBatchSize, Verification verification) {
		return new BatchingSettings(maxBatchSize, Duration.ZERO, 1024, Duration.ofSeconds(30), verification,
				PaddingRule.NONE);
	}

	private record FakeSource(Path file) implements ModelSource {

		@Override
		public LocalFile open() {
			return new LocalFile() {

				@Override
				public Path path() {
					return FakeSource.this.file;
				}

				@Override
				public void close() {
				}

			};
		}

		@Override
		public String description() {
			return this.file.toString();
		}

	}

}
