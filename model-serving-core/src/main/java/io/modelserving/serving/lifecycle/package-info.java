/**
 * Loads, replaces, scales and unloads the versions of a model, each in its slot.
 */
@NullMarked
package io.modelserving.serving.lifecycle;

import org.jspecify.annotations.NullMarked;
