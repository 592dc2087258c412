/**
 * The Open Inference Protocol over HTTP.
 */
@NullMarked
package io.modelserving.openinference.http;

import org.jspecify.annotations.NullMarked;
