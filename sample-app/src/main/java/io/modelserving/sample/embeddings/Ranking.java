package io.modelserving.sample.embeddings;

import java.util.List;

/**
 * Documents in the order of how well they fit.
 *
 * @param results the documents, the best first
 */
record Ranking(List<Ranked> results) {

	/**
	 * A document.
	 *
	 * @param index its position in the request
	 * @param score how well it fits, from -1 to 1
	 */
	record Ranked(int index, float score) {
	}

}
