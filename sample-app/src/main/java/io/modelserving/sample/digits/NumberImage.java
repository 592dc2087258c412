package io.modelserving.sample.digits;

import java.util.List;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Size;

/**
 * Digits in a row.
 *
 * @param pixels 8 rows of 8 pixels for each digit, from 0 for paper to 16 for ink
 */
record NumberImage(
		@Size(min = 8, max = 8) List<@Size(min = 8, max = 800) List<@DecimalMin("0") @DecimalMax("16") Float>> pixels) {
}
