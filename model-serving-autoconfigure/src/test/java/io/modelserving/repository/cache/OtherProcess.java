package io.modelserving.repository.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A process that uses a file of a cache, or holds a lock, until it is killed. It writes
 * {@code running} when it does.
 */
final class OtherProcess {

	private OtherProcess() {
	}

	static Process start(String... arguments) throws IOException {
		ProcessBuilder process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), OtherProcess.class.getName());
		process.command().addAll(List.of(arguments));
		return process.redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

	public static void main(String[] arguments) throws IOException {
		Path path = Path.of(arguments[1]);
		if (arguments[0].equals("use")) {
			CacheUses uses = FileLocks.exclusively(path.resolve("lock"), () -> new CacheUses(path));
			FileLocks.exclusively(path.resolve("lock"), () -> {
				uses.add("m/1", arguments[2]);
				return uses;
			});
			awaitEnd();
		}
		else {
			try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
					FileLock lock = channel.lock()) {
				awaitEnd();
			}
		}
	}

	private static void awaitEnd() throws IOException {
		System.out.println("running");
		System.in.read();
	}

}
