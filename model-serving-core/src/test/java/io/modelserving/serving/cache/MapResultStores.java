package io.modelserving.serving.cache;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;
import io.modelserving.tensor.NamedTensors;

/**
 * Keeps results in one map for all models, by the fingerprint alone, as another process
 * might.
 */
public final class MapResultStores implements ResultStores {

	public final Map<String, NamedTensors> results = new ConcurrentHashMap<>();

	public final boolean shared;

	/** What the next look-ups give, if not what is in the map. */
	public volatile @Nullable CompletableFuture<Optional<NamedTensors>> pending;

	public volatile @Nullable RuntimeException failure;

	private int opened;

	public MapResultStores(boolean shared) {
		this.shared = shared;
	}

	@Override
	public boolean isShared(CacheSettings settings) {
		return this.shared;
	}

	@Override
	public synchronized ResultStore open(ModelKey model, CacheSettings settings, String fingerprint,
			CacheListener listener) {
		String prefix = this.shared ? model + fingerprint : String.valueOf(this.opened++);
		return new ResultStore() {

			@Override
			public CompletableFuture<Optional<NamedTensors>> find(String key) {
				fail();
				CompletableFuture<Optional<NamedTensors>> set = MapResultStores.this.pending;
				return (set != null) ? set : CompletableFuture
					.completedFuture(Optional.ofNullable(MapResultStores.this.results.get(prefix + key)));
			}

			@Override
			public CompletableFuture<?> put(String key, NamedTensors outputs) {
				fail();
				MapResultStores.this.results.put(prefix + key, outputs);
				return CompletableFuture.completedFuture(null);
			}

			private void fail() {
				if (MapResultStores.this.failure != null) {
					throw MapResultStores.this.failure;
				}
			}

			@Override
			public void clear() {
				MapResultStores.this.results.keySet().removeIf((key) -> key.startsWith(prefix));
			}

			@Override
			public void close() {
			}

		};
	}

}
