package io.modelserving.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.modelserving.tensor.DataType;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * Writes the repository of models that the tests of the protocol call.
 */
final class ProtocolModels implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	static final Path REPOSITORY = Path.of("target", "protocol-models").toAbsolutePath();

	/** The ranks that there is a model of for each element type. */
	static final List<Integer> RANKS = List.of(0, 1, 2, 4);

	/** Models that tests load and unload, each its own. */
	private static final List<String> SPARES = List.of("spare_http", "spare_http_aio", "spare_grpc", "spare_grpc_aio");

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		try {
			FileSystemUtils.deleteRecursively(REPOSITORY);
			Files.createDirectories(REPOSITORY);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		for (DataType dataType : DataType.values()) {
			RANKS.forEach(rank -> OnnxFile.identity(dataType, rank).write(REPOSITORY, identity(dataType, rank), 1));
		}
		OnnxFile.counter().write(REPOSITORY, "counter", 1);
		OnnxFile.sumAndDifference().write(REPOSITORY, "sum_and_difference", 1);
		OnnxFile.times(1).write(REPOSITORY, "twice", 1);
		OnnxFile.times(2).write(REPOSITORY, "twice", 2);
		OnnxFile.identity(DataType.FP32, 2).write(REPOSITORY, "counted", 1);
		OnnxFile.slow(640, 16).write(REPOSITORY, "slow", 1);
		SPARES.forEach(spare -> OnnxFile.times(1).write(REPOSITORY, spare, 1));
	}

	/**
	 * Return the name of a model that gives back its input {@code x} as {@code y}.
	 * @param dataType the element type
	 * @param rank one of {@link #RANKS}
	 */
	static String identity(DataType dataType, int rank) {
		return "identity_%s_%d".formatted(dataType.name().toLowerCase(Locale.ROOT), rank);
	}

}
