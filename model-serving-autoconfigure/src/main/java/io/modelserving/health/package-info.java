/**
 * Health of the models, and what the readiness of the application takes from it.
 */
@NullMarked
package io.modelserving.health;

import org.jspecify.annotations.NullMarked;
