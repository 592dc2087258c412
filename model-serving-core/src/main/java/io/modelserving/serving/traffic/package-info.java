/**
 * Decides which version of a model gets a call, and when a version loses its traffic.
 * Holds no models.
 */
@NullMarked
package io.modelserving.serving.traffic;

import org.jspecify.annotations.NullMarked;
