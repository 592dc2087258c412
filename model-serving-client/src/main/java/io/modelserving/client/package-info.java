/**
 * A client of the Open Inference Protocol over HTTP.
 */
@NullMarked
package io.modelserving.client;

import org.jspecify.annotations.NullMarked;
