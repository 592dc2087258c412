/**
 * Formats of the bodies of requests and responses beside JSON.
 */
@NullMarked
package io.modelserving.endpoint.codec;

import org.jspecify.annotations.NullMarked;
