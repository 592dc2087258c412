package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.repository.Downloads;
import io.modelserving.repository.ModelLocations;
import io.modelserving.repository.ModelVersions;
import io.modelserving.repository.OnnxFiles;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.FileServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link BucketKind} with directories, and with what cannot be listed.
 */
class BucketTests {

	private final FileServer server = new FileServer();

	@TempDir
	private Path directory;

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private void put(String key, float weight) {
		byte[] content = OnnxFiles.adding(weight);
		this.server.put("/bucket/" + key, content, "\"a\"");
		this.server.headers.put("/bucket/" + key,
				Map.of("X-Modified", "1", "X-Length", Integer.toString(content.length)));
	}

	private ModelVersions resolve(List<String> listed, String location, String versions, Downloader downloads) {
		PathMatchingResourcePatternResolver resources = new PathMatchingResourcePatternResolver(
				Buckets.of(this.server)) {

			@Override
			public Resource[] getResources(String pattern) throws IOException {
				if (listed == null) {
					throw new IOException("no listing here");
				}
				return listed.stream().map((key) -> getResource("s3://bucket/" + key)).toArray(Resource[]::new);
			}

		};
		ModelLocations locations = new ModelLocations(resources,
				SourceKinds.all(resources, downloads, Downloads.settings(this.directory, this.server.uri("/"), true)),
				downloads);
		return locations.resolve("m", location, VersionPolicy.parse(versions));
	}

	@ParameterizedTest
	@CsvSource({ "s3://bucket/digits, all", "s3://bucket/digits/, all",
			"s3://bucket/digits/{version}/model.onnx, '1,2'" })
	void aDirectoryOfABucketHasVersions(String location, String versions) throws IOException {
		put("digits/1/model.onnx", 1);
		put("digits/2/model.onnx", 2);
		List<String> keys = List.of("digits/1/model.onnx", "digits/2/a.onnx", "digits/2/model.onnx",
				"digits/3/readme.md", "digits/03/model.onnx");
		try (Downloader downloads = Downloads.into(this.directory.resolve("cache"))) {
			ModelVersions found = resolve(keys, location, versions, downloads);
			assertThat(found.sources()).containsOnlyKeys(1L, 2L);
			for (long version : found.sources().keySet()) {
				try (LocalFile file = found.sources().get(version).open()) {
					assertThat(file.path()).hasBinaryContent(OnnxFiles.adding(version));
				}
			}
		}
	}

	static Stream<List<String>> listings() {
		return Stream.of(null, List.of(), List.of("digits/readme.md"));
	}

	@ParameterizedTest
	@MethodSource("listings")
	void whenADirectoryCannotBeListedThenTheFixIsNamed(List<String> listed) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
				() -> resolve(listed, "s3://bucket/digits", "latest", Downloads.none()));
		assertThat(ex).hasMessageContaining("location \"s3://bucket/digits\"")
			.hasMessageContaining("{version}")
			.hasMessageContaining("S3PathMatchingResourcePatternResolver");
	}

	@ParameterizedTest
	@CsvSource({ "gs://bucket/a.onnx, 'begins with \"gs:\", which no resource loader knows; add com.google.cloud'",
			"foo:bar.onnx, 'begins with \"foo:\", which no resource loader knows'",
			"s3://bucket/../a.onnx, must not have", "s3://bucket/..\\a.onnx, must not have" })
	void whatNoLoaderKnowsOrLeadsOutIsSaid(String location, String problem) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
				() -> resolve(null, location, "latest", Downloads.none()));
		assertThat(ex).hasMessageContaining(problem);
	}

	@Test
	void whenAResourceEndsEarlyThenItMayBeTriedAgain() throws IOException {
		put("a.onnx", 1);
		this.server.headers.put("/bucket/a.onnx", Map.of("X-Modified", "1", "X-Length", "5000"));
		try (Downloader downloads = Downloads.into(this.directory.resolve("cache"))) {
			ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
					() -> resolve(null, "s3://bucket/a.onnx", "latest", downloads).sources().get(1L).open());
			assertThat(ex).hasMessageContaining("it ends after " + OnnxFiles.adding(1).length + " of 5000 bytes");
			assertThat(ex.isRetryable()).isTrue();
			assertThat(Files.list(this.directory.resolve("cache/content"))).isEmpty();
		}
	}

}
