/**
 * Writes sentences, character by character: a model that keeps the state of sequences.
 */
@NullMarked
package io.modelserving.sample.writer;

import org.jspecify.annotations.NullMarked;
