package io.modelserving.cache;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.SimpleCacheManager;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.cache.ResultStore;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ManagedResultStores}, {@link ChosenResultStores} and
 * {@link ResultBytes}.
 */
class ManagedResultStoresTests {

	private static final ModelKey KEY = new ModelKey("a", 1);

	private final ConcurrentMapCacheManager manager = new ConcurrentMapCacheManager("results");

	private Instant now = Instant.ofEpochSecond(1000);

	private final ManagedResultStores stores = new ManagedResultStores(this.manager, () -> this.now);

	@AfterEach
	void close() {
		this.stores.close();
	}

	@ParameterizedTest
	@EnumSource(DataType.class)
	void everyTypeSurvives(DataType type) {
		Tensor tensor = (type == DataType.BYTES) ? Tensor.of(Shape.of(2), "", "\u00e4\ud83d\ude00")
				: Tensor.of(type, Shape.of(1, 2), ByteBuffer.allocate(2 * type.elementBytes()).put(0, (byte) 1));
		NamedTensors read = ResultBytes.read(ResultBytes.write(NamedTensors.of("y", tensor), 5));
		assertThat(read.get("y").dataType()).isEqualTo(type);
		assertThat(read.get("y").shape()).isEqualTo(tensor.shape());
		if (type == DataType.BYTES) {
			assertThat(read.strings("y").elements()).containsExactly("", "\u00e4\ud83d\ude00");
		}
		else {
			assertThat(read.numeric("y").data()).isEqualTo(((io.modelserving.tensor.NumericTensor) tensor).data());
		}
	}

	@Test
	void scalarsEmptyTensorsAndTheOrderSurvive() {
		Map<String, Tensor> outputs = new HashMap<>();
		outputs.put("scalar", Tensor.of(Shape.of(), 5f));
		outputs.put("empty", Tensor.of(Shape.of(0, 3), new float[0]));
		outputs.put("nan", Tensor.of(Shape.of(2), Float.NaN, -0f));
		NamedTensors written = NamedTensors.of(outputs);
		NamedTensors read = ResultBytes.read(ResultBytes.write(written, 5));
		assertThat(List.copyOf(read.names())).isEqualTo(List.copyOf(written.names()));
		assertThat(read.get("scalar").shape()).isEqualTo(Shape.of());
		assertThat(read.get("empty").shape()).isEqualTo(Shape.of(0, 3));
		assertThat(read.numeric("nan").data()).isEqualTo(written.numeric("nan").data());
	}

	@Test
	void foreignBytesAreRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> ResultBytes.millis(new byte[] { 7 }))
			.withMessageContaining("are no result");
		byte[] whole = ResultBytes.write(result(), 5);
		IntStream.range(0, whole.length)
			.forEach((length) -> assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> ResultBytes.read(java.util.Arrays.copyOf(whole, length))));
	}

	@Test
	void whatIsKeptIsFoundAsBytes() throws Exception {
		ResultStore store = this.stores.open(KEY, settings(null), "abc", CacheListener.NONE);
		store.put("k", result()).get(30, TimeUnit.SECONDS);
		assertThat(store.find("k").get(30, TimeUnit.SECONDS).orElseThrow().numeric("y").toFloats()).containsExactly(7);
		assertThat(this.manager.getCache("results").get("a:1:abc:k").get()).isInstanceOf(byte[].class);
		assertThat(store.entries()).isNull();
	}

	@Test
	void whenTheModelIsAnotherThenItsResultsAreNotFound() throws Exception {
		this.stores.open(KEY, settings(null), "abc", CacheListener.NONE).put("k", result()).get(30, TimeUnit.SECONDS);
		for (ResultStore other : List.of(this.stores.open(KEY, settings(null), "abd", CacheListener.NONE),
				this.stores.open(new ModelKey("a", 2), settings(null), "abc", CacheListener.NONE))) {
			assertThat(other.find("k").get(30, TimeUnit.SECONDS)).isEmpty();
		}
	}

	@Test
	void whenItsTimeHasPassedThenAResultIsNotFound() throws Exception {
		ResultStore store = this.stores.open(KEY, settings(Duration.ofSeconds(10)), "abc", CacheListener.NONE);
		store.put("k", result()).get(30, TimeUnit.SECONDS);
		this.now = this.now.plusSeconds(9);
		assertThat(store.find("k").get(30, TimeUnit.SECONDS)).isPresent();
		this.now = this.now.plusSeconds(1);
		assertThat(store.find("k").get(30, TimeUnit.SECONDS)).isEmpty();
	}

	@Test
	void whenThereIsNoSuchCacheThenTheMessageSaysWhichThereAre() {
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(
				() -> this.stores.open(KEY, new CacheSettings(true, false, 1, null, "reslts"), "", CacheListener.NONE))
			.withMessageContaining("reslts")
			.withMessageContaining("[results]");
	}

	@Test
	void whenTheCacheIsTooSlowThenFurtherCallsAreTurnedAwayAtOnce() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		SimpleCacheManager slow = new SimpleCacheManager();
		slow.setCaches(List.of(new ConcurrentMapCache("results") {

			@Override
			protected @Nullable Object lookup(Object key) {
				try {
					answer.await(30, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
				return null;
			}

		}));
		slow.afterPropertiesSet();
		try (ManagedResultStores stuck = new ManagedResultStores(slow, InstantSource.system())) {
			ResultStore store = stuck.open(KEY, settings(null), "", CacheListener.NONE);
			List<CompletableFuture<?>> pending = new ArrayList<>();
			assertThatExceptionOfType(java.util.concurrent.RejectedExecutionException.class).isThrownBy(() -> {
				for (int i = 0; i < 1000; i++) {
					pending.add(store.find("k" + i));
				}
			});
			assertThat(pending).hasSizeBetween(256, 300).noneMatch(CompletableFuture::isDone);
			answer.countDown();
			CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void aModelThatNamesACacheGetsIt() {
		CaffeineResultStores local = new CaffeineResultStores();
		try (ChosenResultStores both = new ChosenResultStores(local, () -> this.manager)) {
			assertThat(both.isShared(settings(null))).isTrue();
			assertThat(both.isShared(new CacheSettings(true, false, 1, null, null))).isFalse();
		}
	}

	@Test
	void whenThereIsNoPlaceThenTheMessageSaysWhatIsMissing() {
		try (ChosenResultStores none = new ChosenResultStores(null, () -> null)) {
			assertThatExceptionOfType(ModelLoadException.class)
				.isThrownBy(() -> none.open(KEY, new CacheSettings(true, false, 1, null, null), "", CacheListener.NONE))
				.withMessageContaining("no place");
			assertThatExceptionOfType(ModelLoadException.class)
				.isThrownBy(() -> none.open(KEY, settings(null), "", CacheListener.NONE))
				.withMessageContaining("no CacheManager");
		}
	}

	private static CacheSettings settings(@Nullable Duration timeToLive) {
		return new CacheSettings(true, false, 1 << 20, timeToLive, "results");
	}

	private static NamedTensors result() {
		return NamedTensors.of("y", Tensor.of(Shape.of(1), 7f));
	}

}
