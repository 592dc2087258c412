/**
 * Text to tensors and back: tokenizers and the pooling of embeddings.
 */
@NullMarked
package io.modelserving.text;

import org.jspecify.annotations.NullMarked;
