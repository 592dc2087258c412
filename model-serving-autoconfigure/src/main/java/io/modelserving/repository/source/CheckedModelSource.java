package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelSource;
import io.modelserving.repository.cache.Checksums;
import org.jspecify.annotations.Nullable;

/**
 * A model that is checked before the runtime sees it: that its file is a whole message,
 * that it refers to no file outside of its directory and to none that is missing, and
 * that the files have the checksums that were given.
 *
 * @param source where the model comes from
 * @param expected the checksum that its file must have, or {@code null} if none was given
 */
public record CheckedModelSource(ModelSource source, @Nullable Checksum expected) implements ModelSource {

	@Override
	public LocalFile open() throws IOException {
		LocalFile file = this.source.open();
		try {
			if (Files.exists(file.path())) {
				checkSums(file.path());
				ExternalFiles.check(file.path());
			}
			return file;
		}
		catch (IOException | RuntimeException | Error ex) {
			file.close();
			throw ex;
		}
	}

	private void checkSums(Path model) throws IOException {
		Map<Path, Checksum> checksums = new LinkedHashMap<>(ChecksumFile.read(model));
		for (var checksum : checksums.entrySet()) {
			check(checksum.getKey(), checksum.getValue(), "the file %s%s".formatted(model, ChecksumFile.SUFFIX));
		}
		if (this.expected != null) {
			check(model, this.expected, "the property model-serving.models.<name>.checksum");
		}
	}

	private static void check(Path file, Checksum expected, String given) throws IOException {
		if (!Files.exists(file)) {
			throw new InvalidModelException("%s does not exist, but has a checksum".formatted(file),
					"Put the file there, or correct %s.".formatted(given), true, null);
		}
		Checksum actual = new Checksum(Checksums.sha256(file));
		if (!actual.equals(expected)) {
			throw new InvalidModelException("%s has the checksum %s, expected is %s".formatted(file, actual, expected),
					"Copy the file again, or correct %s.".formatted(given), true, null);
		}
	}

	@Override
	public String description() {
		return this.source.description();
	}

}
