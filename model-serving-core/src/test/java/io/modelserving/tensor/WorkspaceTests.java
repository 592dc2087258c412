package io.modelserving.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Workspace}.
 */
class WorkspaceTests {

	private final Workspace workspace = new Workspace(1024);

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 63, 64, 65, 1000, 1024, 1025, 5000 })
	void bufferIsDirectAndOfTheSizeAskedFor(int bytes) {
		ByteBuffer buffer = this.workspace.buffer("a", bytes);
		assertThat(buffer.isDirect()).isTrue();
		assertThat(buffer.remaining()).isEqualTo(bytes);
		assertThat(buffer.order()).isEqualTo(ByteOrder.nativeOrder());
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64, 700, 1024 })
	void whenASlotIsUsedAgainWithinTheBoundThenItsMemoryIsTheSame(int bytes) {
		assertThat(shareMemory(bytes)).isTrue();
	}

	@Test
	void whenABufferIsOverTheBoundThenItIsNotKept() {
		assertThat(shareMemory(1025)).isFalse();
	}

	@Test
	void whenTheBoundIsSmallThenBuffersWithinItAreKept() {
		Workspace small = new Workspace(10);
		small.buffer("a", 10).put(0, (byte) 42);
		assertThat(small.buffer("a", 10).get(0)).isEqualTo((byte) 42);
	}

	@Test
	void whenAHugeBatchPassesThenTheKeptBufferStays() {
		this.workspace.buffer("a", 100).put(0, (byte) 42);
		this.workspace.buffer("a", 5000).put(0, (byte) 1);
		assertThat(this.workspace.buffer("a", 100).get(0)).isEqualTo((byte) 42);
	}

	@Test
	void whenALargerBufferIsNeededThenItReplacesTheSmaller() {
		this.workspace.buffer("a", 100).put(0, (byte) 1);
		this.workspace.buffer("a", 500).put(0, (byte) 2);
		assertThat(this.workspace.buffer("a", 100).get(0)).isEqualTo((byte) 2);
	}

	@Test
	void whenBatchesGrowALittleThenTheBufferHasRoomForIt() {
		this.workspace.buffer("a", 300).put(0, (byte) 42);
		assertThat(this.workspace.buffer("a", 512).get(0)).isEqualTo((byte) 42);
	}

	@Test
	void slotsDoNotShareMemory() {
		ByteBuffer first = this.workspace.buffer("a", 8).putLong(0, 1);
		this.workspace.buffer("b", 8).putLong(0, 2);
		assertThat(first.getLong(0)).isEqualTo(1);
	}

	private boolean shareMemory(int bytes) {
		ByteBuffer first = this.workspace.buffer("a", bytes);
		ByteBuffer second = this.workspace.buffer("a", bytes);
		first.put(0, (byte) 0);
		second.put(0, (byte) 42);
		return first.get(0) == 42;
	}

}
