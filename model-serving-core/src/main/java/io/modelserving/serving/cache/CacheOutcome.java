package io.modelserving.serving.cache;

/**
 * What the cache of a model did for a call.
 */
public enum CacheOutcome {

	/** It had the result. */
	HIT,

	/** An equal call was under way, whose result this call got, too. */
	SHARED,

	/** The model ran, and its result is kept. */
	MISS,

	/** The model ran, as the call had asked for it. */
	BYPASSED;

	/**
	 * Return what a {@code Cache-Status} header says (RFC 9211).
	 * @return for instance {@code model-serving; hit}
	 */
	public String cacheStatus() {
		return "model-serving; " + switch (this) {
			case HIT -> "hit";
			case SHARED -> "fwd=miss; collapsed";
			case MISS -> "fwd=miss";
			case BYPASSED -> "fwd=request";
		};
	}

}
