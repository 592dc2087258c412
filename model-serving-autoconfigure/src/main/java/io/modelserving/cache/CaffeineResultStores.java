package io.modelserving.cache;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.cache.ResultStore;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.tensor.NamedTensors;

/**
 * Keeps results in memory of this process. The versions of a model share a cache, which
 * is bounded by the bytes of the tensors; each has entries of its own in it. Thread-safe.
 */
public final class CaffeineResultStores implements ResultStores {

	private final Ticker ticker;

	private final Map<String, ModelCache> caches = new ConcurrentHashMap<>();

	public CaffeineResultStores() {
		this(Ticker.systemTicker());
	}

	/**
	 * Create stores.
	 * @param ticker tells when the time of a result has passed
	 */
	CaffeineResultStores(Ticker ticker) {
		this.ticker = ticker;
	}

	@Override
	public ResultStore open(ModelKey model, CacheSettings settings, String fingerprint, CacheListener listener) {
		ModelCache cache = this.caches.compute(model.name(),
				(name, present) -> (present != null && present.settings().equals(settings)) ? present
						: new ModelCache(settings, create(settings)));
		return new Region(cache, listener);
	}

	/** What it does besides, it does on the threads that use it, which costs little. */
	private Cache<Key, Entry> create(CacheSettings settings) {
		Caffeine<Key, Entry> builder = Caffeine.newBuilder()
			.executor(Runnable::run)
			.ticker(this.ticker)
			.maximumWeight(settings.maxBytes())
			.weigher((Key key, Entry entry) -> entry.bytes())
			.removalListener((key, entry, cause) -> removed(key, entry, cause));
		if (settings.timeToLive() != null) {
			builder.expireAfterWrite(settings.timeToLive());
		}
		return builder.build();
	}

	/** Nothing here is held weakly, so both are there. */
	private static void removed(@Nullable Key key, @Nullable Entry entry, RemovalCause cause) {
		if (key != null && entry != null) {
			key.region().removed(entry.bytes(), cause.wasEvicted());
		}
	}

	private record ModelCache(CacheSettings settings, Cache<Key, Entry> entries) {
	}

	private record Key(Region region, String digest) {
	}

	private record Entry(NamedTensors outputs, int bytes) {
	}

	/**
	 * The entries of what is loaded as one version.
	 */
	private static final class Region implements ResultStore {

		private final ModelCache cache;

		private final CacheListener listener;

		private final LongAdder entries = new LongAdder();

		private final LongAdder bytes = new LongAdder();

		private volatile boolean closed;

		Region(ModelCache cache, CacheListener listener) {
			this.cache = cache;
			this.listener = listener;
		}

		@Override
		public CompletableFuture<Optional<NamedTensors>> find(String digest) {
			Entry entry = this.cache.entries().getIfPresent(new Key(this, digest));
			return CompletableFuture.completedFuture((entry != null) ? Optional.of(entry.outputs()) : Optional.empty());
		}

		@Override
		public CompletableFuture<?> put(String digest, NamedTensors outputs) {
			long size = ResultSize.bytes(outputs);
			if (size <= Math.min(Integer.MAX_VALUE, this.cache.settings().maxBytes()) && !this.closed) {
				Key key = new Key(this, digest);
				this.entries.increment();
				this.bytes.add(size);
				this.cache.entries().put(key, new Entry(ResultSize.copy(outputs), (int) size));
				if (this.closed) {
					this.cache.entries().invalidate(key);
				}
			}
			return CompletableFuture.completedFuture(null);
		}

		void removed(int size, boolean evicted) {
			this.entries.decrement();
			this.bytes.add(-size);
			if (evicted) {
				this.listener.evicted();
			}
		}

		@Override
		public void clear() {
			this.cache.entries().asMap().keySet().removeIf((key) -> key.region() == this);
		}

		@Override
		public void close() {
			this.closed = true;
			clear();
		}

		@Override
		public Long entries() {
			this.cache.entries().cleanUp();
			return this.entries.sum();
		}

		@Override
		public Long bytes() {
			this.cache.entries().cleanUp();
			return this.bytes.sum();
		}

	}

}
