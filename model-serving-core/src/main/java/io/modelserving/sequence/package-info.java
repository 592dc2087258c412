/**
 * Sequences of requests to models that keep state: the state of a sequence is given to
 * the model as inputs of the sequence's next request.
 */
@NullMarked
package io.modelserving.sequence;

import org.jspecify.annotations.NullMarked;
