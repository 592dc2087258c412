/**
 * What operators see of the models through Spring Boot's actuator.
 */
@NullMarked
package io.modelserving.actuate;

import org.jspecify.annotations.NullMarked;
