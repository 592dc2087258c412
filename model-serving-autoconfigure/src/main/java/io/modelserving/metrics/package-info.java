/**
 * Meters and observations of the models being served.
 */
@NullMarked
package io.modelserving.metrics;

import org.jspecify.annotations.NullMarked;
