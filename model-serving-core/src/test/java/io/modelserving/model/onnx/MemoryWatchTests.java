package io.modelserving.model.onnx;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what is said of too little memory, by {@link MemoryLimit}, {@link MemoryNeed}
 * and {@link MemoryWatch}.
 */
class MemoryWatchTests {

	private static final long MIB = 1 << 20;

	@TempDir
	Path root;

	private final List<String> warnings = new ArrayList<>();

	@Test
	void whenThereAreNoFilesThenNothingIsKnown() {
		assertThat(limit()).isEmpty();
		assertThat(new MemoryLimit(this.root).resident()).isEmpty();
	}

	@Test
	void whenGroupsAreOfVersion2ThenTheLeastLimitOnTheWayCounts() throws IOException {
		write("proc/self/cgroup", "0::/kubepods/pod1/app");
		write("sys/fs/cgroup/kubepods/pod1/app/memory.max", "max");
		write("sys/fs/cgroup/kubepods/pod1/memory.max", "402653184");
		write("sys/fs/cgroup/kubepods/memory.max", "8589934592");
		assertThat(limit()).hasValue(384 * MIB);
	}

	@Test
	void whenTheGroupIsTheContainersThenItsTopCounts() throws IOException {
		write("proc/self/cgroup", "0::/");
		write("sys/fs/cgroup/memory.max", "402653184");
		assertThat(limit()).hasValue(384 * MIB);
		write("proc/self/cgroup", "0::/../../system.slice/docker-1.scope");
		assertThat(limit()).isEmpty();
		write("proc/self/cgroup", "0::/system.slice/of-the-host.scope");
		assertThat(limit()).hasValue(384 * MIB);
	}

	@Test
	void whenGroupsAreOfVersion1ThenTheLeastLimitOnTheWayCounts() throws IOException {
		write("proc/self/cgroup",
				"5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n1:name=systemd:/docker/1\n0::/docker/1");
		write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
		assertThat(limit()).isEmpty();
		write("sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "536870912");
		assertThat(limit()).hasValue(512 * MIB);
	}

	@Test
	void whenThereIsNoLimitThenTheMachineIsOne() throws IOException {
		write("proc/self/cgroup", "0::/");
		write("sys/fs/cgroup/memory.max", "max");
		write("proc/meminfo", "MemTotal:        2097152 kB\nMemFree:          97152 kB");
		assertThat(limit()).hasValue(2048 * MIB);
		write("sys/fs/cgroup/memory.max", "garbage\n-5\n99999999999999999999999");
		assertThat(limit()).hasValue(2048 * MIB);
	}

	@Test
	void whenTheNeedExceedsTheLimitThenItsPartsAreNamed() {
		MemoryNeed need = new MemoryNeed(115 * MIB, 115 * MIB, 120 * MIB, 180 * MIB);
		assertThat(need.warning(Path.of("a.onnx"), OptionalLong.of(384 * MIB)))
			.contains("a.onnx", "heap up to 115 MiB", "120 MiB", "180 MiB (twice their files)", "are 530 MiB")
			.contains("has 384 MiB");
		assertThat(need.warning(Path.of("a.onnx"), OptionalLong.of(530 * MIB))).isNull();
		assertThat(need.warning(Path.of("a.onnx"), OptionalLong.empty())).isNull();
	}

	@Test
	void whenModelsAreLoadedSideBySideThenTheyAreAddedUpAndWarnedOfOnce() throws IOException {
		write("proc/self/cgroup", "0::/");
		write("proc/self/status", "VmPeak:  9999999 kB\nVmRSS:\t  307200 kB");
		write("sys/fs/cgroup/memory.max", Long.toString(1000 * MIB));
		Path first = model("first.onnx", 50);
		model("first.onnx.data", 50);
		Path second = model("second.onnx", 100);
		MemoryWatch watch = new MemoryWatch(new MemoryLimit(this.root), 400 * MIB, 100 * MIB, () -> 100 * MIB,
				this.warnings::add);
		MemoryWatch.Load load = watch.begin(first);
		assertThat(this.warnings).isEmpty();
		watch.begin(second).close();
		watch.begin(second).close();
		assertThat(this.warnings).singleElement()
			.asString()
			.contains(second.toString(), "other memory in use 200 MiB", "being loaded 400 MiB", "are 1100 MiB");
		load.close();
		watch.begin(model("third.onnx", 100)).close();
		assertThat(this.warnings).hasSize(1);
	}

	private OptionalLong limit() {
		return new MemoryLimit(this.root).read();
	}

	private Path model(String name, int mebibytes) throws IOException {
		Path file = this.root.resolve(name);
		try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
			sparse.setLength(mebibytes * MIB);
		}
		return file;
	}

	private void write(String name, String content) throws IOException {
		Path file = this.root.resolve(name);
		Files.createDirectories(file.getParent());
		Files.writeString(file, content);
	}

}
