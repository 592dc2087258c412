/**
 * Decides how many instances a model has.
 */
@NullMarked
package io.modelserving.serving.scaling;

import org.jspecify.annotations.NullMarked;
