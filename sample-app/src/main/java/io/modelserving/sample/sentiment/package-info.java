/**
 * Telling whether a text is pleased: a small model behind that of the embeddings.
 */
@NullMarked
package io.modelserving.sample.sentiment;

import org.jspecify.annotations.NullMarked;
