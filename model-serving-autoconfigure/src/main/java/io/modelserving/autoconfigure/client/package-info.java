/**
 * Auto-configuration of the client of the Open Inference Protocol.
 */
@NullMarked
package io.modelserving.autoconfigure.client;

import org.jspecify.annotations.NullMarked;
