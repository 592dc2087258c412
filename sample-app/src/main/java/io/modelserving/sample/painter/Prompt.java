package io.modelserving.sample.painter;

import java.util.Optional;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Size;

/**
 * What to draw.
 *
 * @param prompt a text that names a digit, from zero to nine
 * @param seed the same seed gives the same drawing
 */
record Prompt(@Schema(description = "A text that names a digit, from zero to nine") @Size(max = 200) String prompt,
		@Schema(description = "The same seed gives the same drawing") Optional<Long> seed) {
}
