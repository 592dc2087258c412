/**
 * Drawing what a text asks for.
 */
@NullMarked
package io.modelserving.sample.painter;

import org.jspecify.annotations.NullMarked;
