package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Looks at the files of a model. Links are followed. What begins with a dot, or ends as
 * files do that somebody is still writing, is passed over.
 */
final class DirectoryFingerprints {

	private static final int MAX_DEPTH = 8;

	private static final List<String> UNFINISHED = List.of(".tmp", ".part", ".partial", ".crdownload", ".swp", "~");

	private DirectoryFingerprints() {
	}

	/**
	 * Look at a directory.
	 * @param directory the directory of a model, or the file of one
	 * @return its files
	 * @throws java.nio.file.NoSuchFileException if there is none
	 * @throws IOException if it cannot be read, or a file or directory of a version in it
	 */
	static ModelFingerprint of(Path directory) throws IOException {
		Files.readAttributes(directory, BasicFileAttributes.class);
		SortedMap<String, FileFingerprint> files = new TreeMap<>();
		Files.walkFileTree(directory, Set.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
				boolean hidden = !visited.equals(directory) && name(visited).startsWith(".");
				return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
				String path = directory.relativize(file).toString().replace('\\', '/');
				if (attributes.isRegularFile() && isFinished(name(file)) && ModelFingerprint.counts(path)) {
					files.put(path, new FileFingerprint(attributes.size(), attributes.lastModifiedTime()));
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
				failed(directory.relativize(file), failure);
				return FileVisitResult.CONTINUE;
			}

		});
		return new ModelFingerprint(files);
	}

	/**
	 * Pass over what cannot be read if it is gone or does not count.
	 * @throws IOException the failure, if it is another one
	 */
	static void failed(Path file, IOException failure) throws IOException {
		String path = file.toString().replace('\\', '/');
		boolean gone = failure instanceof NoSuchFileException || failure instanceof FileSystemLoopException;
		if (!gone && isFinished(name(file)) && (ModelFingerprint.counts(path) || ModelFingerprint.counts(path + "/"))) {
			throw failure;
		}
	}

	private static String name(Path path) {
		return String.valueOf(path.getFileName());
	}

	static boolean isFinished(String name) {
		return !name.startsWith(".") && UNFINISHED.stream().noneMatch(name::endsWith);
	}

}
