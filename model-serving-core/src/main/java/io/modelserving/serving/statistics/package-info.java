/**
 * Counts what the models have done.
 */
@NullMarked
package io.modelserving.serving.statistics;

import org.jspecify.annotations.NullMarked;
