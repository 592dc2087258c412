package io.modelserving.endpoint;

import java.util.List;

/**
 * Checks requests against the constraints that their types declare.
 */
@FunctionalInterface
public interface RequestValidation {

	/** No constraints are checked. */
	RequestValidation NONE = request -> List.of();

	/**
	 * Check a request.
	 * @param request the request
	 * @return what is wrong with it
	 */
	List<InvalidField> validate(Object request);

}
