package io.modelserving.autoconfigure;

import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;

/**
 * Source of a model that was not found but is not required: it fails to load, and says
 * why.
 *
 * @param problem why there is no model
 * @param description where it should have been
 */
record MissingModelSource(ModelLoadException problem, String description) implements ModelSource {

	@Override
	public LocalFile open() {
		String message = String.valueOf(this.problem.getMessage());
		throw (this.problem instanceof InvalidModelException)
				? new InvalidModelException(message, this.problem.action(), false, this.problem)
				: new ModelLoadException(message, this.problem.action(), false, this.problem);
	}

}
