/**
 * Tensors, their types and shapes. Depends on the JDK alone.
 */
@NullMarked
package io.modelserving.tensor;

import org.jspecify.annotations.NullMarked;
