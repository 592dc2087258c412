/**
 * Measures alternatives of a model's settings on this machine, and prints the best as
 * YAML.
 */
@NullMarked
package io.modelserving.tuning;

import org.jspecify.annotations.NullMarked;
