package io.modelserving.serving.traffic;

/**
 * The version that gets a call, and why.
 *
 * @param version the version
 * @param reason why
 */
public record VersionChoice(long version, Reason reason) {

	/**
	 * Why a version gets a call.
	 */
	enum Reason {

		/** By chance, according to its weight. */
		WEIGHT,

		/** By the routing key of the call, according to its weight. */
		KEY,

		/** It is the default version. */
		DEFAULT,

		/** It is the highest that can. */
		HIGHEST

	}

}
