/**
 * The Open Inference Protocol: what it says of servers and models, whatever carries it.
 */
@NullMarked
package io.modelserving.openinference;

import org.jspecify.annotations.NullMarked;
