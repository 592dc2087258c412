/**
 * Embedding texts as vectors, in the way of OpenAI's API.
 */
@NullMarked
package io.modelserving.sample.embeddings;

import org.jspecify.annotations.NullMarked;
