/**
 * A model's graph as data, and what can be said about the model from it alone: whether
 * the rows of a batch are independent, which inputs fit, which hazards it has. Pure
 * functions.
 */
@NullMarked
package io.modelserving.model.graph;

import org.jspecify.annotations.NullMarked;
