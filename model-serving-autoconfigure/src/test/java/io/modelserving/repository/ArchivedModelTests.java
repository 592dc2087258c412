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
import io.modelserving.repository.source.CheckedModelSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.loader.launch.LaunchedClassLoader;
import org.springframework.boot.loader.net.protocol.Handlers;
import org.springframework.boot.loader.net.protocol.jar.JarUrl;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
		this.locations = Downloads.locations(new DefaultResourceLoader(this.classLoader), Downloads.none());
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
			for (String directory : List.of("models/", "models/numbers/", "models/numbers/1/", "models/numbers/2/",
					"models/numbers/v3/", "models/empty/")) {
				put(target, directory, new byte[0]);
			}
			for (String file : List.of("models/digits.onnx", "models/numbers/1/model.onnx",
					"models/numbers/v3/model.onnx")) {
				put(target, file, OnnxFiles.adding(1));
			}
			put(target, "models/digits.onnx.sha256", "checksum".getBytes());
			put(target, "models/large.onnx", OnnxFiles.referringTo("weights/large of it.bin"));
			put(target, "models/weights/large of it.bin", OnnxFiles.bytes(2));
			put(target, "models/escaping.onnx", OnnxFiles.referringTo("../secret.txt"));
			put(target, "secret.txt", "secret".getBytes());
			put(target, "models/lonely.onnx", OnnxFiles.referringTo("lonely.bin"));
			put(target, "models/broken.onnx", "no model".getBytes());
			put(target, "models/numbers/labels.txt", new byte[0]);
			put(target, "models/numbers/2/model.onnx", OnnxFiles.referringTo("model.onnx.data"));
			put(target, "models/numbers/2/model.onnx.data", OnnxFiles.bytes(3));
		}
		return content.toByteArray();
	}

	private static void put(JarOutputStream target, String name, byte[] content) throws IOException {
		target.putNextEntry(new JarEntry(name));
		target.write(content);
		target.closeEntry();
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
			assertThat(path).hasFileName("digits.onnx").hasBinaryContent(OnnxFiles.adding(1));
			assertThat(path.resolveSibling("digits.onnx.sha256")).hasContent("checksum");
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

	@Test
	void whenTheModelRefersToOtherFilesThenTheyAreCopiedToo() throws Exception {
		ModelSource source = this.locations.resolve("m", "classpath:models/large.onnx", ALL).sources().get(1L);
		try (LocalFile local = source.open()) {
			assertThat(local.path().resolveSibling("weights/large of it.bin")).hasBinaryContent(OnnxFiles.bytes(2));
		}
	}

	@Test
	void whenTheModelRefersToAFileOutsideThenItIsRejectedAndNothingIsLeft() {
		ModelSource source = this.locations.resolve("m", "classpath:models/escaping.onnx", ALL).sources().get(1L);
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class, source::open);
		assertThat(ex)
			.hasMessageContaining("escaping.onnx refers to external data \"../secret.txt\", which is outside");
		assertThat(Path.of(ex.getMessage().split(" ")[0]).getParent()).doesNotExist();
	}

	@ParameterizedTest
	@CsvSource({ "lonely, 'refers to external data \"lonely.bin\", which is not there'",
			"broken, 'is not an ONNX model'" })
	void whenTheModelIsNotWholeThenItIsNotGivenToTheRuntime(String name, String problem) {
		ModelSource source = this.locations.resolve("m", "classpath:models/%s.onnx".formatted(name), ALL)
			.sources()
			.get(1L);
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(new CheckedModelSource(source, null)::open)
			.withMessageContaining(name + ".onnx " + problem);
	}

	@ParameterizedTest
	@ValueSource(strings = { "classpath:models/numbers", "classpath:models/numbers/", "classpath:/models/numbers" })
	void whenADirectoryOfVersionsIsInAJarThenEachIsFound(String location) throws Exception {
		ModelVersions versions = this.locations.resolve("numbers", location, ALL);
		assertThat(versions.sources()).containsOnlyKeys(1L, 2L);
		assertThat(versions.notes())
			.containsExactly("directory \"v3\" is passed over: a version is a number without leading zeros");
		try (LocalFile local = versions.sources().get(2L).open()) {
			assertThat(local.path()).hasBinaryContent(OnnxFiles.referringTo("model.onnx.data"));
			assertThat(local.path().resolveSibling("model.onnx.data")).exists();
		}
	}

	@Test
	void whenTheLocationIsTheUrlOfAnEntryThenItIsCopied() throws Exception {
		String location = this.jar + "models/digits.onnx";
		try (LocalFile local = this.locations.resolve("digits", location, ALL).sources().get(1L).open()) {
			assertThat(local.path()).hasBinaryContent(OnnxFiles.adding(1));
		}
	}

	@Test
	void whenTheEntryIsMissingThenTheMessageListsItsSiblings() {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
				() -> this.locations.resolve("digits", "classpath:models/digit.onnx", ALL));
		assertThat(ex).hasMessageContaining("there is no \"digit.onnx\" in classpath:models/, which has ");
		assertThat(ex.action()).endsWith("Did you mean \"digits.onnx\"?");
	}

	@Test
	void whenADirectoryOfAJarHasNoVersionThenItIsNoModel() {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
				() -> this.locations.resolve("digits", "classpath:models/empty", ALL));
		assertThat(ex).hasMessageContaining("location \"classpath:models/empty\"");
	}

}
