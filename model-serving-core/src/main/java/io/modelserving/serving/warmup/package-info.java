/**
 * Finds inputs that a model runs on, runs it on them, and finds out whether calls may
 * share batches, and at which cost.
 */
@NullMarked
package io.modelserving.serving.warmup;

import org.jspecify.annotations.NullMarked;
