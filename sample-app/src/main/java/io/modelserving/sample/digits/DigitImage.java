package io.modelserving.sample.digits;

import java.util.List;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A digit in pixels.
 *
 * @param pixels 8 rows of 8 pixels each, from 0 for paper to 16 for ink
 * @param probabilities whether the probability of each digit is wanted
 */
record DigitImage(
		@Size(min = 8, max = 8) List<@Size(min = 8, max = 8) List<@DecimalMin("0") @DecimalMax("16") Float>> pixels,
		@Nullable Boolean probabilities) {

	boolean wantsProbabilities() {
		return Boolean.TRUE.equals(this.probabilities);
	}

}
