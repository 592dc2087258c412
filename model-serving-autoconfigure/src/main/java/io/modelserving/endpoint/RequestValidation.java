package io.modelserving.endpoint;

import java.util.List;

/**
 * Checks requests against the constraints that their types declare.
 */
@FunctionalInterface
public interface RequestValidation {

	/** No constraints are checked. */
	RequestValidation NONE = new RequestValidation() {

		@Override
		public List<InvalidField> validate(Object request) {
			return List.of();
		}

		@Override
		public boolean constrains(Class<?> type) {
			return false;
		}

	};

	/**
	 * Check a request.
	 * @param request the request
	 * @return what is wrong with it
	 */
	List<InvalidField> validate(Object request);

	/**
	 * Return whether there may be something wrong with objects of a class.
	 * @param type the class
	 * @return {@code false} if there cannot be
	 */
	default boolean constrains(Class<?> type) {
		return true;
	}

}
