package io.modelserving.codec;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.DataType;
import tools.jackson.core.JsonToken;

/**
 * Says what is wrong with an element.
 *
 * @param label the tensor, as messages name it
 * @param dataType the type of its elements
 */
record ElementErrors(String label, DataType dataType) {

	InvalidInput unexpected(int index, JsonToken token) {
		return new InvalidInput("%s: element %d is %s; %s takes %s".formatted(this.label, index,
				JsonTokens.describe(token), this.dataType, expectation()));
	}

	InvalidInput fraction(int index, String text) {
		return new InvalidInput("%s: element %d is %s; %s takes integers".formatted(this.label, index,
				Quoted.text(text), this.dataType));
	}

	InvalidInput outOfRange(int index, String text, String range) {
		return new InvalidInput("%s: element %d is %s; %s takes %s".formatted(this.label, index, Quoted.text(text),
				this.dataType, range));
	}

	private String expectation() {
		if (this.dataType == DataType.BOOL) {
			return "true or false";
		}
		if (this.dataType == DataType.BYTES) {
			return "strings";
		}
		return this.dataType.isInteger() ? "integers" : "numbers";
	}

}
