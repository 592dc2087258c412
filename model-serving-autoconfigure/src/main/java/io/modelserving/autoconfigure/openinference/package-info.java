/**
 * Auto-configuration of the Open Inference Protocol over HTTP, and of what it needs
 * whatever carries it.
 */
@NullMarked
package io.modelserving.autoconfigure.openinference;

import org.jspecify.annotations.NullMarked;
