package io.modelserving.repository;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;
import io.modelserving.model.ModelSource.LocalFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.loader.launch.LaunchedClassLoader;
import org.springframework.boot.loader.net.protocol.Handlers;
import org.springframework.boot.loader.net.protocol.jar.JarUrl;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link ModelLocations} inside of a jar, and of a jar in a jar.
 */
@ParameterizedClass
@ValueSource(booleans = { false, true })
class ArchivedModelTests {

	private static final VersionPolicy ALL = VersionPolicy.parse("all");

	@TempDir
	private Path directory;

	@Parameter
	private boolean nested;

	private URLClassLoader classLoader;

	private URL jar;

	private ModelLocations locations;

	@BeforeAll
	static void registerNestedJars() {
		Handlers.register();
	}

	@BeforeEach
	void createJar() throws IOException {
		this.jar = this.nested ? nest(jar())
				: new URL("jar:" + Files.write(this.directory.resolve("models.jar"), jar()).toUri() + "!/");
		this.classLoader = new LaunchedClassLoader(false, new URL[] { this.jar }, null);
		this.locations = new ModelLocations(new DefaultResourceLoader(this.classLoader));
	}

	/**
	 * Put a jar into a jar, uncompressed, as the build of an application does.
	 */
	private URL nest(byte[] content) throws IOException {
		Path outer = this.directory.resolve("application.jar");
		try (JarOutputStream target = new JarOutputStream(Files.newOutputStream(outer))) {
			CRC32 checksum = new CRC32();
			checksum.update(content);
			JarEntry entry = new JarEntry("BOOT-INF/lib/models.jar");
			entry.setMethod(ZipEntry.STORED);
			entry.setSize(content.length);
			entry.setCrc(checksum.getValue());
			target.putNextEntry(entry);
			target.write(content);
			target.closeEntry();
		}
		return JarUrl.create(outer.toFile(), "BOOT-INF/lib/models.jar");
	}

	private static byte[] jar() throws IOException {
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		try (JarOutputStream target = new JarOutputStream(content)) {
			for (String entry : List.of("models/", "models/digits.onnx", "models/large.onnx", "models/large.onnx.data",
					"models/hugging.onnx", "models/hugging.onnx_data", "models/stem.onnx", "models/stem.data",
					"models/numbers/", "models/numbers/labels.txt", "models/numbers/1/", "models/numbers/1/model.onnx",
					"models/numbers/2/", "models/numbers/2/model.onnx", "models/numbers/2/model.onnx.data",
					"models/numbers/v3/", "models/numbers/v3/model.onnx", "models/empty/")) {
				target.putNextEntry(new JarEntry(entry));
				target.write(entry.endsWith("/") ? new byte[0] : entry.getBytes());
				target.closeEntry();
			}
		}
		return content.toByteArray();
	}

	@AfterEach
	void closeJar() throws IOException {
		this.classLoader.close();
	}

	@Test
	void whenTheModelIsInAJarThenItIsCopiedAndTheCopyDeletedOnClose() throws Exception {
		ModelSource source = this.locations.resolve("digits", "classpath:models/digits.onnx", ALL).sources().get(1L);
		assertThat(source.description()).isEqualTo("classpath:models/digits.onnx");
		Path path;
		try (LocalFile local = source.open()) {
			path = local.path();
			assertThat(path).hasFileName("digits.onnx").hasContent("models/digits.onnx");
			assertThat(path.getParent()).isDirectoryNotContaining((file) -> !file.equals(path(local)));
		}
		assertThat(path.getParent()).doesNotExist();
	}

	@Test
	void whenItIsOpenedTwiceThenTheCopiesAreIndependent() throws Exception {
		ModelSource source = this.locations.resolve("digits", "classpath:models/digits.onnx", ALL).sources().get(1L);
		try (LocalFile second = source.open()) {
			LocalFile first = source.open();
			first.close();
			first.close();
			assertThat(second.path()).exists();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "large.onnx.data", "hugging.onnx_data", "stem.data" })
	void whenWeightsLieBesideTheModelThenTheyAreCopiedToo(String weights) throws Exception {
		String model = weights.substring(0, weights.indexOf('.')) + ".onnx";
		ModelSource source = this.locations.resolve("m", "classpath:models/" + model, ALL).sources().get(1L);
		try (LocalFile local = source.open()) {
			assertThat(local.path().resolveSibling(weights)).hasContent("models/" + weights);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "classpath:models/numbers", "classpath:models/numbers/", "classpath:/models/numbers" })
	void whenADirectoryOfVersionsIsInAJarThenEachIsFound(String location) throws Exception {
		ModelVersions versions = this.locations.resolve("numbers", location, ALL);
		assertThat(versions.sources()).containsOnlyKeys(1L, 2L);
		assertThat(versions.notes())
			.containsExactly("directory \"v3\" is passed over: a version is a number without leading zeros");
		try (LocalFile local = versions.sources().get(2L).open()) {
			assertThat(local.path()).hasContent("models/numbers/2/model.onnx");
			assertThat(local.path().resolveSibling("model.onnx.data")).exists();
		}
	}

	@Test
	void whenTheLocationIsTheUrlOfAnEntryThenItIsCopied() throws Exception {
		String location = this.jar + "models/digits.onnx";
		try (LocalFile local = this.locations.resolve("digits", location, ALL).sources().get(1L).open()) {
			assertThat(local.path()).hasContent("models/digits.onnx");
		}
	}

	@Test
	void whenTheEntryIsMissingThenTheMessageListsItsSiblings() {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
				() -> this.locations.resolve("digits", "classpath:models/digit.onnx", ALL));
		assertThat(ex).hasMessageContaining("there is no \"digit.onnx\" in classpath:models/, which has digits.onnx, ");
		assertThat(ex.action()).endsWith("Did you mean \"digits.onnx\"?");
	}

	@Test
	void whenADirectoryOfAJarHasNoVersionThenItIsNoModel() {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
				() -> this.locations.resolve("digits", "classpath:models/empty", ALL));
		assertThat(ex).hasMessageContaining("location \"classpath:models/empty\"");
	}

	private static Path path(LocalFile local) {
		return local.path();
	}

}
