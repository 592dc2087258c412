package io.modelserving.web;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContentCoding}.
 */
class ContentCodingTests {

	@Test
	void whenLibraryIsThereThenZstandardIsAccepted() {
		assertThat(ContentCoding.accepted()).isEqualTo("gzip, zstd, deflate");
		assertThat(ContentCoding.find("ZSTD")).isEqualTo(ContentCoding.ZSTD);
	}

	@Test
	void whenLibraryIsMissingThenZstandardIsUnknown() throws Exception {
		URL[] without = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("zstd-jni"))
			.map((entry) -> url(Path.of(entry)))
			.toArray(URL[]::new);
		try (URLClassLoader loader = new URLClassLoader(without, ClassLoader.getPlatformClassLoader())) {
			Class<?> coding = loader.loadClass(ContentCoding.class.getName());
			assertThat(coding.getMethod("accepted").invoke(null)).isEqualTo("gzip, deflate");
			assertThat(coding.getMethod("find", String.class).invoke(null, "zstd")).isNull();
			assertThat(coding.getMethod("find", String.class).invoke(null, "gzip")).hasToString("GZIP");
		}
	}

	private static URL url(Path path) {
		try {
			return path.toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
