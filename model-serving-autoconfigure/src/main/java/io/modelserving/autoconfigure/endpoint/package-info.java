/**
 * Auto-configuration of typed REST endpoints.
 */
@NullMarked
package io.modelserving.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
