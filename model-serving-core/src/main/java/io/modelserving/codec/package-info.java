/**
 * Tensors to and from text and files.
 */
@NullMarked
package io.modelserving.codec;

import org.jspecify.annotations.NullMarked;
