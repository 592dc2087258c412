package io.modelserving.tuning;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What tuning has found.
 *
 * @param entries all candidates, in the order in which they were first tried
 * @param current the settings in force while it was measured
 * @param best the settings to keep
 * @param gain how many more rows a second the best completes than the current, as a share
 * of them; measured in the same rounds; {@code null} if the current could not be measured
 * @param reason why it is the best, in words
 * @param notes what limited the choice, in sentences
 * @param yaml the configuration to keep
 */
public record TuningResult(List<Entry> entries, Candidate current, Candidate best, @Nullable Double gain, String reason,
		List<String> notes, String yaml) {

	public TuningResult {
		entries = List.copyOf(entries);
		notes = List.copyOf(notes);
	}

	/**
	 * A candidate.
	 *
	 * @param candidate the settings
	 * @param figures what was measured, or {@code null} if it was not tried
	 * @param rounds how often it was measured
	 * @param note why it was not tried, or not further; empty if there is nothing to say
	 */
	public record Entry(Candidate candidate, @Nullable Figures figures, int rounds, String note) {

		Figures measured() {
			if (this.figures == null) {
				throw new IllegalStateException(this.candidate + " was not measured");
			}
			return this.figures;
		}

	}

}
