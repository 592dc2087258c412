/**
 * The models, as OpenAPI describes them.
 */
@NullMarked
package io.modelserving.openinference.openapi;

import org.jspecify.annotations.NullMarked;
