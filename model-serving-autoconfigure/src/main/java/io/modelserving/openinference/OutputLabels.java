package io.modelserving.openinference;

import java.util.List;

import io.modelserving.model.ModelKey;

/**
 * Knows the names of the classes that the scores of an output stand for. Thread-safe.
 */
@FunctionalInterface
public interface OutputLabels {

	/**
	 * Return the labels of an output.
	 * @param model the model and version
	 * @param output the name of the output
	 * @return the label of each class, by its index; may be shorter than the classes are
	 * many, empty if there are none
	 */
	List<String> labels(ModelKey model, String output);

}
