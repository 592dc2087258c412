/**
 * Auto-configuration of health and readiness.
 */
@NullMarked
package io.modelserving.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
