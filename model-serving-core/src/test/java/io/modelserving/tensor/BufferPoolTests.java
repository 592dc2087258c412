package io.modelserving.tensor;

import org.junit.jupiter.api.Test;

import io.modelserving.tensor.BufferPool.PooledBuffers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link BufferPool}.
 */
class BufferPoolTests {

	private static final int SIZE = 64 << 10;

	private final BufferPool pool = new BufferPool(4 * SIZE);

	@Test
	void whenTheLastUserHasReleasedALoanThenItsArraysAreLentAgain() {
		PooledBuffers buffers = this.pool.acquire();
		byte[] array = buffers.take(SIZE);
		buffers.retain();
		buffers.release();
		assertThat(this.pool.acquire().take(SIZE)).isNotSameAs(array);
		buffers.release();
		assertThat(this.pool.keptBytes()).isEqualTo(SIZE);
		assertThat(this.pool.acquire().take(SIZE)).isSameAs(array);
		assertThat(this.pool.keptBytes()).isZero();
	}

	@Test
	void arraysServeSlightlyDifferentSizes() {
		PooledBuffers buffers = this.pool.acquire();
		byte[] array = buffers.take(SIZE + 1);
		assertThat(array).hasSizeBetween(SIZE + 1, SIZE + SIZE / 4);
		buffers.release();
		assertThat(this.pool.acquire().take(SIZE + SIZE / 5)).isSameAs(array);
		assertThat(this.pool.acquire().take(SIZE)).isNotSameAs(array);
	}

	@Test
	void whenAUserNeverReleasesThenTheArraysAreNotLentAgain() {
		PooledBuffers buffers = this.pool.acquire();
		byte[] array = buffers.take(SIZE);
		buffers.retain();
		buffers.release();
		assertThat(this.pool.keptBytes()).isZero();
		assertThat(this.pool.acquire().take(SIZE)).isNotSameAs(array);
	}

	@Test
	void whenThereIsNoUserLeftThenNobodyCanBecomeOne() {
		PooledBuffers buffers = this.pool.acquire();
		buffers.release();
		assertThatIllegalStateException().isThrownBy(buffers::retain);
		assertThatIllegalStateException().isThrownBy(buffers::release);
		assertThatIllegalStateException().isThrownBy(buffers::retain);
	}

	@Test
	void whenThePoolIsFullThenSizesThatWereNotAskedForLatelyGo() {
		PooledBuffers old = this.pool.acquire();
		old.take(2 * SIZE);
		old.release();
		PooledBuffers recent = this.pool.acquire();
		for (int i = 0; i < 4; i++) {
			recent.take(SIZE);
		}
		recent.release();
		assertThat(this.pool.keptBytes()).isEqualTo(4 * SIZE);
		PooledBuffers next = this.pool.acquire();
		next.take(2 * SIZE);
		assertThat(this.pool.keptBytes()).isEqualTo(4 * SIZE);
		next.take(SIZE);
		assertThat(this.pool.keptBytes()).isEqualTo(3 * SIZE);
	}

	@Test
	void whatIsSmallOrLargerThanThePoolIsNotKept() {
		PooledBuffers buffers = this.pool.acquire();
		assertThat(buffers.take(BufferPool.LEAST_BYTES - 1)).hasSize(BufferPool.LEAST_BYTES - 1);
		buffers.take(5 * SIZE);
		buffers.take(0);
		buffers.release();
		assertThat(this.pool.keptBytes()).isZero();
	}

	@Test
	void whatNothingIsKeptOfIsAsLongAsIsAskedFor() {
		PooledBuffers buffers = BufferPool.NONE.acquire();
		byte[] array = buffers.take(SIZE + 1);
		assertThat(array).hasSize(SIZE + 1);
		buffers.release();
		buffers.release();
		buffers.retain();
		assertThat(buffers.take(SIZE + 1)).isNotSameAs(array);
		assertThat(BufferPool.NONE.acquire()).isSameAs(buffers);
		assertThat(BufferPool.NONE.keptBytes()).isZero();
	}

}
