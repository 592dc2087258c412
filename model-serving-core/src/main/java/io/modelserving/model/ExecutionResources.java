package io.modelserving.model;

/**
 * What a loaded model may use.
 *
 * @param intraOpThreads the threads that share the work of one operator, the calling one
 * included; at least 1
 * @param device the index of the device on which to run, as the execution provider counts
 * them; 0 where there is only one
 */
public record ExecutionResources(int intraOpThreads, int device) {

	public ExecutionResources {
		if (intraOpThreads < 1) {
			throw new IllegalArgumentException("%d intra-op threads: at least 1 is needed".formatted(intraOpThreads));
		}
	}

}
