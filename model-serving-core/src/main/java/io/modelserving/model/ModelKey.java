package io.modelserving.model;

/**
 * Identifies one version of a model.
 *
 * @param name the model's name, without {@code /}
 * @param version the version, at least 1
 */
public record ModelKey(String name, long version) {

	public ModelKey {
		if (name.isBlank() || name.indexOf('/') >= 0) {
			throw new IllegalArgumentException(
					"%s is not a model name: it must not be blank nor contain \"/\"".formatted(Quoted.name(name)));
		}
		if (version < 1) {
			throw new IllegalArgumentException(
					"model %s: version %d is not a positive number".formatted(Quoted.name(name), version));
		}
	}

	/**
	 * Return the key as users write it.
	 * @return for instance {@code digits:1}
	 */
	@Override
	public String toString() {
		return this.name + ":" + this.version;
	}

}
