package io.modelserving.cache;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.cache.ResultStore;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CaffeineResultStores}.
 */
class CaffeineResultStoresTests implements CacheListener {

	private final AtomicLong nanos = new AtomicLong();

	private final AtomicInteger evicted = new AtomicInteger();

	private final CaffeineResultStores stores = new CaffeineResultStores(this.nanos::get);

	@Override
	public void evicted() {
		this.evicted.incrementAndGet();
	}

	@Test
	void whatIsKeptIsFound() {
		ResultStore store = open(1, 1 << 20, null);
		store.put("k", floats(3));
		assertThat(find(store, "k").numeric("y").toFloats()).containsExactly(0, 1, 2);
		assertThat(store.find("other").join()).isEmpty();
		assertThat(store.entries()).isEqualTo(1);
		assertThat(store.bytes()).isEqualTo(ResultSize.bytes(floats(3)));
	}

	@Test
	void bytesStayWithinTheBound() {
		long one = ResultSize.bytes(floats(1000));
		ResultStore store = open(1, 10 * one, null);
		for (int i = 0; i < 100; i++) {
			store.put("k" + i, floats(1000));
			assertThat(store.bytes()).isLessThanOrEqualTo(10 * one);
		}
		assertThat(store.entries()).isEqualTo(10);
		assertThat(this.evicted).hasValue(90);
	}

	@Test
	void whatIsLargerThanTheBoundIsNotKept() {
		ResultStore store = open(1, 1000, null);
		store.put("small", floats(1));
		store.put("large", floats(1000));
		assertThat(store.find("large").join()).isEmpty();
		assertThat(store.find("small").join()).isPresent();
		assertThat(this.evicted).hasValue(0);
	}

	@Test
	void stringsCountWithTheirLength() {
		Tensor text = Tensor.of(Shape.of(2), "a".repeat(500), "b".repeat(500));
		assertThat(ResultSize.bytes(NamedTensors.of("y", text))).isGreaterThan(2000);
	}

	@Test
	void aPartOfABatchDoesNotKeepTheBatch() {
		ResultStore store = open(1, 1 << 20, null);
		NumericTensor batch = Tensor.of(Shape.of(1000, 1), new float[1000]);
		store.put("k", NamedTensors.of("y", batch.slice(3, 4), "s", Tensor.of(Shape.of(3), "a", "b", "c").slice(1, 2)));
		assertThat(find(store, "k").numeric("y").data().capacity()).isEqualTo(4);
		assertThat(find(store, "k").strings("s").elements()).containsExactly("b");
	}

	@Test
	void whenItsTimeHasPassedThenAResultIsGone() {
		ResultStore store = open(1, 1 << 20, Duration.ofSeconds(10));
		store.put("k", floats(1));
		this.nanos.addAndGet(Duration.ofSeconds(9).toNanos());
		assertThat(store.find("k").join()).isPresent();
		this.nanos.addAndGet(Duration.ofSeconds(2).toNanos());
		assertThat(store.find("k").join()).isEmpty();
		assertThat(store.entries()).isZero();
		assertThat(this.evicted).hasValue(1);
	}

	@Test
	void versionsShareTheBoundAndNothingElse() {
		long one = ResultSize.bytes(floats(1000));
		ResultStore first = open(1, 4 * one, null);
		ResultStore second = open(2, 4 * one, null);
		first.put("k", floats(1000));
		assertThat(second.find("k").join()).isEmpty();
		for (int i = 0; i < 20; i++) {
			second.put("k" + i, floats(1000));
		}
		assertThat(first.bytes() + second.bytes()).isLessThanOrEqualTo(4 * one);
	}

	@Test
	void whenOneVersionIsClearedThenTheOtherKeepsItsResults() {
		ResultStore first = open(1, 1 << 20, null);
		ResultStore second = open(2, 1 << 20, null);
		List.of(first, second).forEach((store) -> store.put("k", floats(1)));
		first.clear();
		assertThat(first.entries()).isZero();
		assertThat(second.find("k").join()).isPresent();
		second.close();
		assertThat(second.bytes()).isZero();
		second.put("late", floats(1));
		assertThat(second.find("late").join()).isEmpty();
		assertThat(this.evicted).hasValue(0);
	}

	@Test
	void whenAResultIsReplacedThenItCountsOnce() {
		ResultStore store = open(1, 1 << 20, null);
		store.put("k", floats(5));
		store.put("k", floats(7));
		assertThat(store.entries()).isEqualTo(1);
		assertThat(store.bytes()).isEqualTo(ResultSize.bytes(floats(7)));
	}

	private ResultStore open(long version, long maxBytes, @Nullable Duration timeToLive) {
		return this.stores.open(new ModelKey("a", version), new CacheSettings(true, false, maxBytes, timeToLive, null),
				"", this);
	}

	private static NamedTensors find(ResultStore store, String key) {
		return store.find(key).join().orElseThrow();
	}

	private static NamedTensors floats(int count) {
		float[] elements = new float[count];
		for (int i = 0; i < count; i++) {
			elements[i] = i;
		}
		return NamedTensors.of("y", Tensor.of(Shape.of(count), elements));
	}

}
