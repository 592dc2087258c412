/**
 * Merges and divides batches of tensors, with padding where rows have different lengths.
 */
@NullMarked
package io.modelserving.batching.tensor;

import org.jspecify.annotations.NullMarked;
