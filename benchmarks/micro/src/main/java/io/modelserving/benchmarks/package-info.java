/**
 * Benchmarks, to be run by hand.
 */
@NullMarked
package io.modelserving.benchmarks;

import org.jspecify.annotations.NullMarked;
