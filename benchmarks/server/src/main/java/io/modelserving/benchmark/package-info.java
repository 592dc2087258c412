/**
 * The server that the benchmark measures, written as an application of the starter would
 * be.
 */
@NullMarked
package io.modelserving.benchmark;

import org.jspecify.annotations.NullMarked;
