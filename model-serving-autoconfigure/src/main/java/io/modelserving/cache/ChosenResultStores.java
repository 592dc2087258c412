package io.modelserving.cache;

import java.time.InstantSource;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.cache.CacheManager;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.cache.ResultStore;
import io.modelserving.serving.cache.ResultStores;

/**
 * Keeps results in the application's caches where a model names one, or this process has
 * no place for them, and in memory of this process otherwise. Thread-safe.
 */
public final class ChosenResultStores implements ResultStores, AutoCloseable {

	private final @Nullable ResultStores local;

	private final Supplier<@Nullable CacheManager> manager;

	private @Nullable ManagedResultStores managed;

	/**
	 * Create stores.
	 * @param local keeps results in this process, or {@code null} if nothing does
	 * @param manager gives the caches of the application, or {@code null} if it has none;
	 * asked when there is need
	 */
	public ChosenResultStores(@Nullable ResultStores local, Supplier<@Nullable CacheManager> manager) {
		this.local = local;
		this.manager = manager;
	}

	@Override
	public ResultStore open(ModelKey model, CacheSettings settings, String fingerprint, CacheListener listener) {
		return choose(settings).open(model, settings, fingerprint, listener);
	}

	@Override
	public boolean isShared(CacheSettings settings) {
		return choose(settings).isShared(settings);
	}

	private ResultStores choose(CacheSettings settings) {
		if (settings.name() == null && this.local != null) {
			return this.local;
		}
		ResultStores chosen = managed();
		if (chosen == null && settings.name() != null) {
			throw new ModelLoadException(
					"its results are to be kept in the cache \"%s\", and the application has no CacheManager, or several"
						.formatted(settings.name()),
					"Define one, for instance with @EnableCaching and spring-boot-starter-cache, or remove the property cache.name.",
					false, null);
		}
		return (chosen != null) ? chosen : NONE;
	}

	private synchronized @Nullable ResultStores managed() {
		CacheManager caches = (this.managed == null) ? this.manager.get() : null;
		if (caches != null) {
			this.managed = new ManagedResultStores(caches, InstantSource.system());
		}
		return this.managed;
	}

	@Override
	public synchronized void close() {
		if (this.managed != null) {
			this.managed.close();
		}
	}

}
