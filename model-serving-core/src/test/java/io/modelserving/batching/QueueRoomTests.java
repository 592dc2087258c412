package io.modelserving.batching;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueRoom}.
 */
class QueueRoomTests {

	private static final long SOON = QueueRoom.SOON.toNanos();

	@ParameterizedTest
	@CsvSource({ "0, 8, true", "0, 9, false", "5, 3, true", "5, 4, false", "8, 1, false", "8, 2147483647, false" })
	void whatWasSetIsNeverExceeded(int waiting, int rows, boolean room) {
		assertThat(room(false).isEnough(waiting, 0, rows, 0, 0)).isEqualTo(room);
		assertThat(room(false).mostRows()).isEqualTo(8);
	}

	@Test
	void whatFindsNothingWaitingHasRoomByDefault() {
		assertThat(room(true).isEnough(0, 0, 1_000_000, 1_000_000, -1)).isTrue();
		assertThat(room(true).isEnough(1, 0, 1_000_000, 0, -1)).isFalse();
	}

	@Test
	void whatFindsWorkForASecondHasRoomByDefaultWhileMemorySuffices() {
		assertThat(room(true).isEnough(100, 500, 900, 500, SOON)).isTrue();
		assertThat(room(true).isEnough(100, 500, 900, 501, SOON)).isFalse();
		assertThat(room(true).isEnough(100, 500, 900, 500, SOON + 1)).isFalse();
		assertThat(room(true).isEnough(4, 5000, 4, 5000, Long.MAX_VALUE)).as("within the capacity").isTrue();
		assertThat(room(true).isEnough(2, 0, Integer.MAX_VALUE, 0, 0)).as("no overflow").isFalse();
	}

	@Test
	void whatACallIsCutIntoTakesNoMoreThanTheMemory() {
		assertThat(new QueueRoom(policy(4, true), 100L * QueueRoom.BYTES_PER_SLICE).mostRows()).isEqualTo(400);
		assertThat(new QueueRoom(policy(4, true), Long.MAX_VALUE).mostRows()).isGreaterThan(Integer.MAX_VALUE);
		assertThat(new QueueRoom(policy(4, true), 0).mostRows()).isEqualTo(8);
	}

	@Test
	void theDefaultCapacityIsAtLeastABatch() {
		assertThat(new BatchingPolicy(2048, Duration.ZERO, 1024, Priorities.NONE, true).queueCapacity())
			.isEqualTo(2048);
	}

	private static QueueRoom room(boolean elastic) {
		return new QueueRoom(policy(4, elastic), 1000);
	}

	private static BatchingPolicy policy(int maxBatchSize, boolean elastic) {
		return new BatchingPolicy(maxBatchSize, Duration.ZERO, 8, Priorities.NONE, elastic);
	}

}
