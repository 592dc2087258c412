package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application in a directory of its own, built as a user builds it, with the modules
 * of this build in a repository of their own.
 */
final class NewApplication {

	private static final Pattern VERSION = Pattern.compile("<version>(.+?)</version>");

	/** Keeps what the build of an application downloads. */
	private static final Path DOWNLOADS = Path.of(System.getProperty("user.home"), ".cache", "model-serving", "maven");

	private final Path directory;

	private final Path modules;

	private NewApplication(Path directory, Path modules) {
		this.directory = directory;
		this.modules = modules;
	}

	/**
	 * Write an application.
	 * @param folder an empty folder
	 * @param files the content of each file by its path
	 * @return the application, which has not been built
	 */
	static NewApplication write(Path folder, Map<String, String> files) throws IOException {
		Path directory = Files.createDirectories(folder.resolve("application"));
		for (Map.Entry<String, String> file : files.entrySet()) {
			Path path = directory.resolve(file.getKey());
			Files.createDirectories(path.getParent());
			Files.writeString(path, file.getValue());
		}
		return new NewApplication(directory, installModules(folder.resolve("modules")));
	}

	/**
	 * Put the modules where {@code install} would put them below a local repository. A
	 * module that this build leaves out, such as the starter for GPUs, is missing there.
	 */
	private static Path installModules(Path repository) throws IOException {
		Matcher version = VERSION.matcher(Files.readString(Readme.ROOT.resolve("pom.xml")));
		assertThat(version.find()).isTrue();
		install(repository, "model-serving-parent", version.group(1), Readme.ROOT);
		try (Stream<Path> modules = Files.list(Readme.ROOT)) {
			for (Path module : modules.filter(path -> Files.exists(path.resolve("pom.xml"))).toList()) {
				install(repository, module.getFileName().toString(), version.group(1), module);
			}
		}
		return repository;
	}

	private static void install(Path repository, String artifact, String version, Path module) throws IOException {
		Path target = Files.createDirectories(repository.resolve("io/modelserving").resolve(artifact).resolve(version));
		String file = artifact + "-" + version;
		Files.copy(module.resolve("pom.xml"), target.resolve(file + ".pom"));
		Path jar = module.resolve("target").resolve(file + ".jar");
		if (Files.exists(jar)) {
			Files.copy(jar, target.resolve(file + ".jar"));
		}
	}

	/**
	 * Run a command of the documentation in the directory of the application, or skip the
	 * test where nothing can be downloaded.
	 * @param command the command, which begins with {@code mvn}
	 */
	void run(String command) throws IOException, InterruptedException {
		List<String> words = new ArrayList<>(List.of(command.strip().split(" ")));
		assertThat(words.remove(0)).isEqualTo("mvn");
		words.add(0, Readme.ROOT.resolve("mvnw").toAbsolutePath().normalize().toString());
		words.addAll(List.of("--batch-mode", "--no-transfer-progress", "--file=" + this.directory.resolve("pom.xml"),
				"-Dmaven.repo.local=" + DOWNLOADS,
				"-Dmaven.repo.local.tail=" + this.modules + "," + System.getProperty("local-repository")));
		Python.Result result = Python.run(Map.of(), words);
		Assumptions.assumeFalse(result.output().contains("Could not transfer artifact"), result::output);
		assertThat(result.exitCode()).as(result.output()).isZero();
	}

	/**
	 * Start the application with the command of the documentation.
	 * @param command the command, which begins with {@code java -jar}
	 * @return the application, which may still be starting
	 */
	RunningSample start(String command) throws IOException {
		List<String> words = List.of(command.strip().split(" "));
		assertThat(words).startsWith("java", "-jar").hasSize(3);
		return RunningSample.start(this.directory, this.directory.resolve(words.get(2)));
	}

	Path directory() {
		return this.directory;
	}

}
