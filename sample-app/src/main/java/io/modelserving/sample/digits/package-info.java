/**
 * Reading handwritten digits, from pixels and from pictures.
 */
@NullMarked
package io.modelserving.sample.digits;

import org.jspecify.annotations.NullMarked;
