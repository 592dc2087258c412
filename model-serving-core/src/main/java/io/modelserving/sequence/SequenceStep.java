package io.modelserving.sequence;

/**
 * The place of a request in its sequence. Immutable.
 *
 * @param id the sequence; ids are unique in a version of a model
 * @param start whether the sequence begins with this request, from its initial state,
 * also if there is a sequence of this id
 * @param end whether the sequence ends with this request
 */
public record SequenceStep(String id, boolean start, boolean end) {

	/** The most characters that an id may have. */
	public static final int MAX_ID_LENGTH = 128;

	public SequenceStep {
		if (id.isEmpty()) {
			throw new IllegalArgumentException("the id of a sequence must not be empty");
		}
		if (id.length() > MAX_ID_LENGTH) {
			throw new IllegalArgumentException("the id of the sequence has %d characters; it may have at most %d"
				.formatted(id.length(), MAX_ID_LENGTH));
		}
	}

}
