package io.modelserving.serving.cache;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What a call may take from the cache of its model, and leave there.
 */
public enum CacheUse {

	/** It takes a kept result, or that of an equal call under way. */
	USE,

	/** The model runs, and the result replaces the one that is kept. */
	REFRESH,

	/** The model runs, and the result is not kept. */
	BYPASS;

	/**
	 * Return what takes less from the cache and leaves less there.
	 */
	public CacheUse and(CacheUse other) {
		return (compareTo(other) >= 0) ? this : other;
	}

	/**
	 * Return what the directives of a {@code Cache-Control} header ask for.
	 * @param directives the directives, separated by commas, or {@code null} for none
	 * @return {@code BYPASS} for {@code no-store}, {@code REFRESH} for {@code no-cache}
	 * or {@code max-age=0}, otherwise {@code USE}; what is not known is ignored
	 */
	public static CacheUse of(@Nullable String directives) {
		CacheUse use = USE;
		for (String part : (directives != null) ? directives.split(",") : new String[0]) {
			switch (part.strip().toLowerCase(Locale.ROOT)) {
				case "no-store" -> {
					return BYPASS;
				}
				case "no-cache", "max-age=0" -> use = REFRESH;
				default -> {
					// means nothing here
				}
			}
		}
		return use;
	}

}
