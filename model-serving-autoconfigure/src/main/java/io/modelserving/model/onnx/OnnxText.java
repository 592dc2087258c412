package io.modelserving.model.onnx;

import java.util.List;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Guards the strings given to the runtime. Its Java API hands them over in the JVM's
 * modified UTF-8, which is UTF-8 but for U+0000 and for what lies outside of the Basic
 * Multilingual Plane: a model would see other characters than the caller sent, and a
 * {@code null} would kill the JVM.
 */
final class OnnxText {

	private OnnxText() {
	}

	static void check(String name, List<String> elements) {
		for (int i = 0; i < elements.size(); i++) {
			String element = elements.get(i);
			if (element == null) {
				throw new InvalidInput("input \"%s\": element %d is null; a string is needed".formatted(name, i));
			}
			int index = indexOfUnsupported(element);
			if (index >= 0) {
				throw new InvalidInput(
						("input \"%s\": element %d contains U+%04X; the runtime gets text right only from"
								+ " U+0001 to U+FFFF, so replace or remove that character")
							.formatted(name, i, element.codePointAt(index)));
			}
		}
	}

	private static int indexOfUnsupported(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == 0 || Character.isSurrogate(character)) {
				return i;
			}
		}
		return -1;
	}

}
