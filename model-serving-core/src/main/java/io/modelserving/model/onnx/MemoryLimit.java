package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Reads from the files of Linux how much memory the process may have: the least of the
 * limits of its control groups, of version 1 or 2, and the memory of the machine.
 */
final class MemoryLimit {

	/** A group without a limit has a number close to the greatest, in version 1. */
	private static final long UNLIMITED = 1L << 60;

	private final Path root;

	/**
	 * Create a reader.
	 * @param root the directory that has {@code proc} and {@code sys}
	 */
	MemoryLimit(Path root) {
		this.root = root;
	}

	/**
	 * Read the limit.
	 * @return the limit in bytes, empty if the system does not say
	 */
	OptionalLong read() {
		LongStream groups = lines("proc/self/cgroup").stream().flatMapToLong(this::limits);
		LongStream machine = size("proc/meminfo", "MemTotal:").stream();
		return LongStream.concat(groups, machine).filter((limit) -> limit < UNLIMITED).min();
	}

	/**
	 * Read how much memory the process has now.
	 * @return the resident memory in bytes, empty if the system does not say
	 */
	OptionalLong resident() {
		return size("proc/self/status", "VmRSS:");
	}

	private LongStream limits(String group) {
		String[] parts = group.split(":", 3);
		if (parts.length == 3 && parts[1].isEmpty()) {
			return limits("sys/fs/cgroup", parts[2], "memory.max");
		}
		if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
			return limits("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes");
		}
		return LongStream.empty();
	}

	/**
	 * Read the limits of a group and of those that it is in. In a container the path may
	 * be that of the host, which does not exist there; the top one does.
	 */
	private LongStream limits(String mount, String path, String name) {
		LongStream.Builder limits = LongStream.builder();
		try {
			Path top = this.root.resolve(mount);
			Path group = top.resolve(path.replaceFirst("^/+", "")).normalize();
			for (; group != null && group.startsWith(top); group = group.getParent()) {
				lines(group.resolve(name)).stream().filter((line) -> line.matches("\\d{1,18}")).forEach((line) -> {
					limits.add(Long.parseLong(line));
				});
			}
		}
		catch (InvalidPathException ex) {
			// a group of such a name has no limit that can be read
		}
		return limits.build();
	}

	private OptionalLong size(String file, String key) {
		return lines(file).stream()
			.filter((line) -> line.startsWith(key))
			.map((line) -> line.substring(key.length()).replaceAll("\\D", ""))
			.filter((number) -> !number.isEmpty() && number.length() < 15)
			.mapToLong((number) -> Long.parseLong(number) * 1024)
			.findFirst();
	}

	private List<String> lines(String file) {
		return lines(this.root.resolve(file));
	}

	private static List<String> lines(Path file) {
		try {
			return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

}
