/**
 * Auto-configuration of meters and observations.
 */
@NullMarked
package io.modelserving.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
