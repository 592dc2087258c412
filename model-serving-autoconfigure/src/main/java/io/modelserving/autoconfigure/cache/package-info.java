/**
 * Auto-configuration of the response cache.
 */
@NullMarked
package io.modelserving.autoconfigure.cache;

import org.jspecify.annotations.NullMarked;
