package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;
import io.modelserving.model.ModelSource.LocalFile;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link ModelLocations} on disk.
 */
class ModelLocationsTests {

	private static final VersionPolicy LATEST = VersionPolicy.parse("latest");

	private static final VersionPolicy ALL = VersionPolicy.parse("all");

	private final ModelLocations locations = Downloads.locations(Downloads.none());

	@TempDir
	private Path directory;

	@Test
	void whenADirectoryOfARepositoryCannotBeReadThenItIsPassedOverAndTheOthersAreServed() throws Exception {
		Path digits = Files.createDirectories(this.directory.resolve("digits/1"));
		Files.createFile(digits.resolve("model.onnx"));
		Path unreadable = this.directory.resolve("lost+found");
		RepositoryContent content = RepositoryScan.of(Location.of(this.directory.toString(),
				new PathMatchingResourcePatternResolver(), LocationProblems.ofRepository()),
				(directory) -> List.of(digits.getParent(), unreadable));
		assertThat(content.models()).containsOnlyKeys("digits");
		assertThat(content.passedOver()).hasEntrySatisfying("lost+found",
				(reason) -> assertThat(reason).contains("cannot be read", "NoSuchFileException"));
		assertThat(content.unreadable()).containsExactly(Map.entry("lost+found", unreadable));
	}

	@Test
	void whenAnEarlierOrLaterRepositoryHasTheModelThenItIsServedAndNotUnreadable() {
		RepositoryContent has = new RepositoryContent(new TreeMap<>(Map.of("m", Path.of("a/m"))), new TreeMap<>(),
				new TreeMap<>());
		RepositoryContent hasNot = new RepositoryContent(new TreeMap<>(), new TreeMap<>(Map.of("m", "why", "n", "why")),
				new TreeMap<>(Map.of("m", Path.of("b/m"), "n", Path.of("b/n"))));
		assertThat(has.and(hasNot).unreadable()).containsExactly(Map.entry("n", Path.of("b/n")));
		assertThat(hasNot.and(has).models()).containsOnlyKeys("m");
	}

	@Test
	void whenOnlyADirectoryThatIsNoVersionCannotBeReadThenTheModelIsFound() throws Exception {
		Path digits = this.directory.resolve("digits");
		Path model = Files.createFile(Files.createDirectories(digits.resolve("1")).resolve("model.onnx"));
		Files.createDirectories(digits.resolve("lost+found"));
		Files.createDirectories(digits.resolve(".snapshot"));
		FoundVersions found = VersionDirectories.find(digits, (version) -> {
			if (!version.equals(model.getParent())) {
				throw new AccessDeniedException(version.toString());
			}
			return List.of(model);
		});
		assertThat(found.isEmpty()).isFalse();
		assertThat(found.notes()).singleElement().asString().contains("lost+found", "is passed over");
		assertThatExceptionOfType(AccessDeniedException.class)
			.isThrownBy(() -> VersionDirectories.find(digits, (version) -> {
				throw new AccessDeniedException(version.toString());
			}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "file:", "file://" })
	void whenLocationIsAFileThenItIsVersionOneAndUsedInPlace(String prefix) throws Exception {
		Path file = touch("digits.onnx");
		ModelVersions versions = this.locations.resolve("digits", prefix + file, LATEST);
		assertThat(versions.sources()).containsOnlyKeys(1L);
		assertThat(versions.notes()).isEmpty();
		ModelSource source = versions.sources().get(1L);
		assertThat(source.description()).isEqualTo(prefix + file);
		try (LocalFile local = source.open()) {
			assertThat(local.path()).isEqualTo(file);
		}
		assertThat(file).exists();
	}

	@Test
	void whenClassPathIsOnDiskThenTheFileIsUsedInPlace() throws Exception {
		ModelVersions versions = this.locations.resolve("affine", "classpath:models/affine.onnx", LATEST);
		try (LocalFile local = versions.sources().get(1L).open()) {
			assertThat(local.path()).isRegularFile()
				.hasFileName("affine.onnx")
				.hasParent(Path.of("target/test-classes/models").toAbsolutePath());
		}
	}

	@Test
	void whenLocationIsADirectoryThenTheLatestVersionIsTheHighestNumber() throws Exception {
		touch("2/model.onnx");
		Path latest = touch("10/model.onnx");
		touch("9/model.onnx");
		touch("labels.txt");
		ModelVersions versions = this.locations.resolve("digits", this.directory.toString(), LATEST);
		assertThat(versions.sources()).containsOnlyKeys(10L);
		assertThat(versions.notes()).isEmpty();
		try (LocalFile local = versions.sources().get(10L).open()) {
			assertThat(local.path()).isEqualTo(latest);
		}
	}

	@Test
	void whenAllVersionsAreWantedThenTheyAreAscending() throws Exception {
		touch("10/model.onnx");
		touch("2/model.onnx");
		assertThat(this.locations.resolve("digits", "file:" + this.directory + "/", ALL).sources().keySet())
			.containsExactly(2L, 10L);
	}

	@Test
	void whenDirectoriesAreNoVersionsThenTheyArePassedOverWithANote() throws Exception {
		touch("1/model.onnx");
		touch("02/model.onnx");
		touch("v3/model.onnx");
		touch(".hidden/model.onnx");
		touch("0/model.onnx");
		touch("99999999999999999999/model.onnx");
		touch("4/weights.bin");
		ModelVersions versions = this.locations.resolve("digits", this.directory.toString(), ALL);
		assertThat(versions.sources()).containsOnlyKeys(1L);
		assertThat(versions.notes()).containsExactly(
				"directory \"0\" is passed over: a version is a number without leading zeros",
				"directory \"02\" is passed over: a version is a number without leading zeros",
				"version 4 is passed over: no model.onnx in it; it has weights.bin",
				"directory \"99999999999999999999\" is passed over: a version is a number without leading zeros",
				"directory \"v3\" is passed over: a version is a number without leading zeros");
	}

	@Test
	void whenAVersionHasOneModelOfAnotherNameThenItIsTaken() throws Exception {
		Path only = touch("1/digits.onnx");
		touch("2/a.onnx");
		touch("2/b.onnx");
		Path named = touch("3/model.onnx");
		touch("3/other.onnx");
		ModelVersions versions = this.locations.resolve("digits", this.directory.toString(), ALL);
		assertThat(versions.sources()).containsOnlyKeys(1L, 3L);
		try (LocalFile first = versions.sources().get(1L).open(); LocalFile third = versions.sources().get(3L).open()) {
			assertThat(first.path()).isEqualTo(only);
			assertThat(third.path()).isEqualTo(named);
		}
		assertThat(versions.notes())
			.containsExactly("version 2 is passed over: no model.onnx in it; it has a.onnx, b.onnx");
	}

	@Test
	void whenAVersionWantedIsMissingThenTheOthersAreFoundAndTheMessageListsThem() throws Exception {
		touch("1/model.onnx");
		touch("3/weights.bin");
		ModelVersions versions = this.locations.resolve("digits", this.directory.toString(),
				VersionPolicy.parse("[1, 3]"));
		assertThat(versions.sources()).containsOnlyKeys(1L);
		assertThat(versions.missing()).containsOnlyKeys(3L);
		ModelLoadException ex = versions.missing().get(3L);
		assertThat(ex).hasMessage("model \"digits\": location \"%s\" has the versions [1], not all of [1, 3]; "
				+ "version 3 is passed over: no model.onnx in it; it has weights.bin", this.directory);
		assertThat(ex.action())
			.isEqualTo("Put the missing versions there or change the property model-serving.models.digits.versions.");
	}

	@Test
	void whenTheFileIsMissingThenTheMessageListsItsSiblingsAndTheNearest() throws Exception {
		touch("digits.onnx");
		touch("faces.onnx");
		ModelLoadException ex = failure(
				() -> this.locations.resolve("digits", "file:" + this.directory + "/digit.onnx", LATEST));
		assertThat(ex).hasMessage(
				"model \"digits\": location \"file:%s/digit.onnx\" does not exist: there is no \"digit.onnx\" in %s, which has digits.onnx, faces.onnx",
				this.directory, this.directory);
		assertThat(ex.action()).isEqualTo(
				"Put the file there or change the property model-serving.models.digits.location. Did you mean \"digits.onnx\"?");
		assertThat(ex.isRetryable()).isFalse();
	}

	@Test
	void whenADirectoryOnTheWayIsMissingThenTheMessageNamesIt() throws Exception {
		touch("models/digits.onnx");
		ModelLoadException ex = failure(
				() -> this.locations.resolve("digits", this.directory + "/Model/a/digits.onnx", LATEST));
		assertThat(ex).hasMessageEndingWith("there is no \"Model\" in %s, which has models", this.directory);
		assertThat(ex.action()).endsWith("Did you mean \"models\"?");
	}

	@Test
	void whenADirectoryHasNoVersionsThenTheMessageListsWhatItHas() throws Exception {
		touch("digits.onnx");
		touch("other.onnx");
		ModelLoadException ex = failure(() -> this.locations.resolve("digits", this.directory.toString(), LATEST));
		assertThat(ex).hasMessage(
				"model \"digits\": location \"%s\" has no version such as 1/model.onnx; it has digits.onnx, other.onnx",
				this.directory);
		assertThat(ex.action()).isEqualTo(
				"Put a version there or change the property model-serving.models.digits.location. If \"digits.onnx\" is the model, let the location end in it.");
	}

	@ParameterizedTest
	@CsvSource({ "only.onnx config.json, only.onnx", "a.onnx model.onnx weights.bin, model.onnx" })
	void whenADirectoryHasTheModelItselfThenItIsVersionOne(String files, String model) throws Exception {
		for (String file : files.split(" ")) {
			touch(file);
		}
		assertThat(this.locations.resolve("digits", this.directory.toString(), LATEST).sources()).hasSize(1)
			.hasEntrySatisfying(1L,
					(source) -> assertThat(source.description()).isEqualTo(this.directory.resolve(model).toString()));
	}

	@Test
	void whenTheClassPathResourceIsMissingThenTheMessageListsItsSiblings() {
		ModelLoadException ex = failure(() -> this.locations.resolve("affine", "classpath:models/afine.onnx", LATEST));
		assertThat(ex).hasMessageStartingWith(
				"model \"affine\": location \"classpath:models/afine.onnx\" does not exist: there is no \"afine.onnx\" in classpath:models/, which has affine.onnx, ");
		assertThat(ex.action()).endsWith("Did you mean \"affine.onnx\"?");
	}

	@Test
	void whenNoneOfTheVersionsWantedIsThereThenThereIsNothingToServe() throws Exception {
		touch("1/model.onnx");
		assertThat(failure(
				() -> this.locations.resolve("digits", this.directory.toString(), VersionPolicy.parse("[2, 3]"))))
			.hasMessageContaining("has the versions [1], not all of [2, 3]");
	}

	@Test
	void whenTheLocationIsOnTheWebThenNothingIsAskedOfTheServer() {
		ModelVersions versions = this.locations.resolve("digits", "HTTPS://host/a.onnx?signature=secret", LATEST);
		assertThat(versions.sources()).containsOnlyKeys(1L);
		assertThat(versions.sources().get(1L).description()).isEqualTo("HTTPS://host/a.onnx");
	}

	@Test
	void whenTheLocationHasAPlaceForTheVersionThenThereIsOneForEachThatIsListed() {
		String location = "https://host/digits/{version}/model.onnx";
		ModelVersions versions = this.locations.resolve("digits", location, VersionPolicy.parse("1,3"));
		assertThat(versions.sources()).containsOnlyKeys(1L, 3L);
		assertThat(versions.sources().get(3L).description()).isEqualTo("https://host/digits/3/model.onnx");
		ModelLoadException ex = failure(() -> this.locations.resolve("digits", location, ALL));
		assertThat(ex).hasMessageEndingWith("does not say what versions there are");
		assertThat(ex.action())
			.isEqualTo("List the versions in the property model-serving.models.digits.versions, for instance [1, 3].");
	}

	@ParameterizedTest
	@CsvSource({ "https://me:secret@host/a.onnx, must not have a password in it", "https:a.onnx, has no host",
			"https://host/a b.onnx, is no address: Illegal character in path" })
	void whenTheAddressIsWrongThenTheMessageSaysWhy(String location, String problem) {
		ModelLoadException ex = failure(() -> this.locations.resolve("digits", location, LATEST));
		assertThat(ex).hasMessageEndingWith(problem).hasMessageNotContaining("secret");
		assertThat(ex.action()).isEqualTo(
				"Set the property model-serving.models.digits.location to a path, or to a location that begins with \"file:\", \"classpath:\", \"https:\", \"hf:\", \"models:\", \"oci:\" or \"s3:\".");
	}

	@Test
	void whenARepositoryIsScannedThenEachDirectoryWithAVersionIsAModel() throws Exception {
		touch("digits/1/model.onnx");
		touch("digits/2/model.onnx");
		touch("faces/7/model.onnx");
		touch("faces/x/model.onnx");
		touch("drafts/readme.txt");
		touch(".git/1/model.onnx");
		touch("readme.txt");
		RepositoryContent content = this.locations.scan("file:" + this.directory);
		assertThat(content.models()).containsExactly(Map.entry("digits", this.directory.resolve("digits")),
				Map.entry("faces", this.directory.resolve("faces")));
		assertThat(content.passedOver()).containsExactly(Map.entry("drafts",
				"model \"drafts\": location \"%s/drafts\" has no version such as 1/model.onnx; it has readme.txt"
					.formatted(this.directory)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r", "\u001b[31m", "\t", "\u202e", "\u2028", "\u007f" })
	void whenADirectoryHasControlCharactersThenItIsPassedOverAndTheyDoNotReachMessages(String character)
			throws Exception {
		touch("digits/1/model.onnx");
		touch("bad" + character + "name/1/model.onnx");
		touch("digits/v" + character + "/model.onnx");
		RepositoryContent content = this.locations.scan("file:" + this.directory);
		assertThat(content.models()).containsOnlyKeys("digits");
		assertThat(content.passedOver()).hasSize(1)
			.allSatisfy((name, note) -> assertThat(name + note).matches("[ -~]+").contains("\\u"));
	}

	@Test
	void whenTheRepositoryIsNoDirectoryThenTheMessageNamesTheProperty() throws Exception {
		Path file = touch("digits.onnx");
		ModelLoadException ex = failure(() -> this.locations.scan(file.toString()));
		assertThat(ex).hasMessage("model repository: location \"%s\" is a file, not a directory of models", file);
		assertThat(ex.action()).startsWith("Set the property model-serving.repository to ");
		assertThat(failure(() -> this.locations.scan(this.directory + "/nowhere")))
			.hasMessageContaining("does not exist");
		assertThat(failure(() -> this.locations.scan("classpath:nowhere")))
			.hasMessageContaining("is no directory on disk");
	}

	private static ModelLoadException failure(ThrowingCallable callable) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class, callable);
		assertThat(ex).isNotNull();
		return ex;
	}

	private Path touch(String name) throws IOException {
		Path file = this.directory.resolve(name);
		Files.createDirectories(file.getParent());
		return Files.writeString(file, name);
	}

}
