package io.modelserving.sample.sentiment;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * What somebody thinks.
 *
 * @param text a sentence or more in English, of which about 256 words and marks are read
 */
record Review(@NotBlank @Size(max = 5000) String text) {
}
