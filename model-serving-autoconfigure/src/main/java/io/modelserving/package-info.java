/**
 * Serves trained models from a Spring Boot application, in process.
 */
@NullMarked
package io.modelserving;

import org.jspecify.annotations.NullMarked;
