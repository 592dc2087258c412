package io.modelserving.tensor;

import org.junit.jupiter.api.Test;

import io.modelserving.tensor.BufferPool.Loan;

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
		Loan loan = this.pool.lend();
		byte[] array = loan.take(SIZE);
		loan.retain();
		loan.release();
		assertThat(this.pool.lend().take(SIZE)).isNotSameAs(array);
		loan.release();
		assertThat(this.pool.keptBytes()).isEqualTo(SIZE);
		assertThat(this.pool.lend().take(SIZE)).isSameAs(array);
		assertThat(this.pool.keptBytes()).isZero();
	}

	@Test
	void arraysServeSlightlyDifferentSizes() {
		Loan loan = this.pool.lend();
		byte[] array = loan.take(SIZE + 1);
		assertThat(array).hasSizeBetween(SIZE + 1, SIZE + SIZE / 4);
		loan.release();
		assertThat(this.pool.lend().take(SIZE + SIZE / 5)).isSameAs(array);
		assertThat(this.pool.lend().take(SIZE)).isNotSameAs(array);
	}

	@Test
	void whenAUserNeverReleasesThenTheArraysAreNotLentAgain() {
		Loan loan = this.pool.lend();
		byte[] array = loan.take(SIZE);
		loan.retain();
		loan.release();
		assertThat(this.pool.keptBytes()).isZero();
		assertThat(this.pool.lend().take(SIZE)).isNotSameAs(array);
	}

	@Test
	void whenThereIsNoUserLeftThenNobodyCanBecomeOne() {
		Loan loan = this.pool.lend();
		loan.release();
		assertThatIllegalStateException().isThrownBy(loan::retain);
		assertThatIllegalStateException().isThrownBy(loan::release);
		assertThatIllegalStateException().isThrownBy(loan::retain);
	}

	@Test
	void whenThePoolIsFullThenSizesThatWereNotAskedForLatelyGo() {
		Loan old = this.pool.lend();
		old.take(2 * SIZE);
		old.release();
		Loan recent = this.pool.lend();
		for (int i = 0; i < 4; i++) {
			recent.take(SIZE);
		}
		recent.release();
		assertThat(this.pool.keptBytes()).isEqualTo(4 * SIZE);
		Loan next = this.pool.lend();
		next.take(2 * SIZE);
		assertThat(this.pool.keptBytes()).isEqualTo(4 * SIZE);
		next.take(SIZE);
		assertThat(this.pool.keptBytes()).isEqualTo(3 * SIZE);
	}

	@Test
	void whatIsSmallOrLargerThanThePoolIsNotKept() {
		Loan loan = this.pool.lend();
		assertThat(loan.take(BufferPool.LEAST_BYTES - 1)).hasSize(BufferPool.LEAST_BYTES - 1);
		loan.take(5 * SIZE);
		loan.take(0);
		loan.release();
		assertThat(this.pool.keptBytes()).isZero();
	}

	@Test
	void whatNothingIsKeptOfIsAsLongAsIsAskedFor() {
		Loan loan = BufferPool.NONE.lend();
		byte[] array = loan.take(SIZE + 1);
		assertThat(array).hasSize(SIZE + 1);
		loan.release();
		loan.release();
		loan.retain();
		assertThat(loan.take(SIZE + 1)).isNotSameAs(array);
		assertThat(BufferPool.NONE.lend()).isSameAs(loan);
		assertThat(BufferPool.NONE.keptBytes()).isZero();
	}

}
