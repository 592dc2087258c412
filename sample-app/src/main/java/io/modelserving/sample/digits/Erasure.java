package io.modelserving.sample.digits;

import java.util.Optional;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How a digit is to be rubbed out.
 *
 * @param pixels how many of its 64 pixels
 * @param seed the same seed gives the same order of the pixels
 */
record Erasure(@Min(1) @Max(64) int pixels, Optional<Long> seed) {
}
