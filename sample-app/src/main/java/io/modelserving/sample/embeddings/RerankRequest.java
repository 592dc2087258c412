package io.modelserving.sample.embeddings;

import java.util.List;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * What to look for, and where.
 *
 * @param query a question or some words
 * @param documents texts, of each of which about 256 words and marks are read
 */
record RerankRequest(@NotBlank String query, @Size(min = 1, max = 100) List<@NotBlank String> documents) {
}
