/**
 * Typed endpoints, as OpenAPI describes them.
 */
@NullMarked
package io.modelserving.endpoint.openapi;

import org.jspecify.annotations.NullMarked;
