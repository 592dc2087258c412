package io.modelserving.cache;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.cache.ResultStore;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.tensor.NamedTensors;

/**
 * Keeps results in caches of the application, as bytes. A cache may be on another machine
 * and take its time, so it is asked by a few threads of this object; what they cannot
 * keep up with fails at once. Thread-safe.
 */
final class ManagedResultStores implements ResultStores, AutoCloseable {

	/** The cache of models that name none. */
	static final String DEFAULT_NAME = "model-serving";

	private static final int THREADS = 4;

	private static final int MOST_WAITING = 256;

	private final CacheManager manager;

	private final InstantSource clock;

	private final ThreadPoolExecutor executor;

	/**
	 * Create stores.
	 * @param manager has the caches
	 * @param clock tells when the time of a result has passed
	 */
	ManagedResultStores(CacheManager manager, InstantSource clock) {
		this.manager = manager;
		this.clock = clock;
		this.executor = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(MOST_WAITING), (task) -> {
					Thread thread = new Thread(task, "model-cache");
					thread.setDaemon(true);
					return thread;
				});
		this.executor.allowCoreThreadTimeOut(true);
	}

	@Override
	public ResultStore open(ModelKey model, CacheSettings settings, String fingerprint, CacheListener listener) {
		String name = (settings.name() != null) ? settings.name() : DEFAULT_NAME;
		Cache cache = this.manager.getCache(name);
		if (cache == null) {
			throw new ModelLoadException(
					"there is no cache \"%s\" for its results; the CacheManager has %s".formatted(name,
							this.manager.getCacheNames()),
					"Define the cache (spring.cache.cache-names), or correct the property model-serving.models.%s.cache.name."
						.formatted(ModelLoadException.MODEL_NAME),
					false, null);
		}
		return new Region(cache, "%s:%s:".formatted(model, fingerprint), settings);
	}

	@Override
	public boolean isShared(CacheSettings settings) {
		return true;
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * The entries of one version, which other processes may share.
	 */
	private final class Region implements ResultStore {

		private final Cache cache;

		private final String prefix;

		private final CacheSettings settings;

		private volatile boolean closed;

		Region(Cache cache, String prefix, CacheSettings settings) {
			this.cache = cache;
			this.prefix = prefix;
			this.settings = settings;
		}

		@Override
		public CompletableFuture<Optional<NamedTensors>> find(String key) {
			return CompletableFuture
				.supplyAsync(() -> Optional.ofNullable(this.cache.get(this.prefix + key, byte[].class))
					.filter(this::isFresh)
					.map(ResultBytes::read), ManagedResultStores.this.executor);
		}

		private boolean isFresh(byte[] bytes) {
			long age = ManagedResultStores.this.clock.millis() - ResultBytes.millis(bytes);
			return this.settings.timeToLive() == null || age < this.settings.timeToLive().toMillis();
		}

		@Override
		public CompletableFuture<?> put(String key, NamedTensors outputs) {
			if (this.closed) {
				return CompletableFuture.completedFuture(null);
			}
			return CompletableFuture.runAsync(
					() -> this.cache.put(this.prefix + key,
							ResultBytes.write(outputs, ManagedResultStores.this.clock.millis())),
					ManagedResultStores.this.executor);
		}

		/** Not {@code clear}, which may take effect later. */
		@Override
		public void clear() {
			this.cache.invalidate();
		}

		/** Those of another process may still be of use. */
		@Override
		public void close() {
			this.closed = true;
		}

	}

}
