/**
 * Finding out which settings of a model are best on this machine: what to try, in which
 * order, and how to choose, apart from how models are loaded and run.
 */
@NullMarked
package io.modelserving.serving.tuning;

import org.jspecify.annotations.NullMarked;
