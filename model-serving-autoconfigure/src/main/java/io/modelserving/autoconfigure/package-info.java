/**
 * The wiring: one auto-configuration, what it imports by concern, and the properties.
 */
@NullMarked
package io.modelserving.autoconfigure;

import org.jspecify.annotations.NullMarked;
