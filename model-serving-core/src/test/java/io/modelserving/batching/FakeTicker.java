package io.modelserving.batching;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock that the test moves. It starts anywhere, so that comparisons that do not bear
 * an overflow are found out.
 */
final class FakeTicker implements LongSupplier {

	private final AtomicLong nanos = new AtomicLong(ThreadLocalRandom.current().nextLong());

	@Override
	public long getAsLong() {
		return this.nanos.get();
	}

	void advance(Duration duration) {
		this.nanos.addAndGet(duration.toNanos());
	}

}
