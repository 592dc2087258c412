/**
 * Measures parts of endpoints that are not public.
 */
@NullMarked
package io.modelserving.endpoint;

import org.jspecify.annotations.NullMarked;
