package io.modelserving.batch;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.modelserving.batch.ScoringSettings.Partition;

/**
 * The pictures of a folder and those below it, in the order of their names.
 */
final class PictureRows implements RowReader {

	private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff");

	private final Path folder;

	private final List<Path> pictures;

	private int next;

	private PictureRows(Path folder, List<Path> pictures, int next) {
		this.folder = folder;
		this.pictures = pictures;
		this.next = next;
	}

	static PictureRows open(Path folder, Partition part, Position position) throws IOException {
		List<Path> all = list(folder);
		int index = (part.index() != null) ? part.index() : 0;
		List<Path> own = all.subList((int) TextRows.share(all.size(), index, part.count()),
				(int) TextRows.share(all.size(), index + 1, part.count()));
		return new PictureRows(folder, own, (int) position.offset());
	}

	/**
	 * List the pictures of a folder.
	 */
	static List<Path> list(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
			return files.filter((file) -> isPicture(file) && Files.isRegularFile(file)).sorted().toList();
		}
	}

	private static boolean isPicture(Path file) {
		String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
		return !name.startsWith(".") && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
	}

	@Override
	public @Nullable Row read() {
		if (this.next >= this.pictures.size()) {
			return null;
		}
		Path picture = this.pictures.get(this.next++);
		return new Row(this.folder.relativize(picture).toString(), new Row.File(picture));
	}

	@Override
	public Position position() {
		return new Position(this.next, this.next + 1L);
	}

	@Override
	public double fraction() {
		return this.pictures.isEmpty() ? 1 : this.next / (double) this.pictures.size();
	}

	@Override
	public void close() {
	}

}
