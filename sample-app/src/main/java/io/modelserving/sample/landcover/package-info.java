/**
 * Telling what an aerial picture shows, pixel by pixel.
 */
@NullMarked
package io.modelserving.sample.landcover;

import org.jspecify.annotations.NullMarked;
