/**
 * An application that serves real models with every feature of the starter once.
 */
@NullMarked
package io.modelserving.sample;

import org.jspecify.annotations.NullMarked;
