/**
 * Auto-configuration of the OpenAPI document.
 */
@NullMarked
package io.modelserving.autoconfigure.openapi;

import org.jspecify.annotations.NullMarked;
