/**
 * Telling species of iris apart by the size of their petals and sepals.
 */
@NullMarked
package io.modelserving.sample.iris;

import org.jspecify.annotations.NullMarked;
