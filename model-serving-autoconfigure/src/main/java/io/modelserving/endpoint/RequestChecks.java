package io.modelserving.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that a request is checked for before its handler gets it.
 */
final class RequestChecks {

	private final RequestValidation content = new ContentCheck();

	private final RequestValidation constraints;

	RequestChecks(RequestValidation constraints) {
		this.constraints = constraints;
	}

	/**
	 * Check a request.
	 * @param request the request
	 * @throws RequestRefusedException if something is wrong with it, with one entry per
	 * mistake; a field that is missing is named once
	 */
	void check(Object request) {
		List<InvalidField> invalid = new ArrayList<>(this.content.validate(request));
		Set<String> named = invalid.stream().map(InvalidField::field).collect(Collectors.toSet());
		this.constraints.validate(request)
			.stream()
			.filter(field -> !named.contains(field.field()))
			.forEach(invalid::add);
		if (!invalid.isEmpty()) {
			throw Problem.invalid(invalid).asException();
		}
	}

}
