/**
 * Auto-configuration of the actuator endpoint and of what the info endpoint says.
 */
@NullMarked
package io.modelserving.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
