/**
 * Where results of models are kept: in memory of this process by Caffeine, or in a cache
 * of the application.
 */
@NullMarked
package io.modelserving.cache;

import org.jspecify.annotations.NullMarked;
