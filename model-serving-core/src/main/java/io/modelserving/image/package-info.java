/**
 * Pictures, safely read from what callers send, and made into tensors.
 */
@NullMarked
package io.modelserving.image;

import org.jspecify.annotations.NullMarked;
