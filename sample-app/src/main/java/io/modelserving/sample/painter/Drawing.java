package io.modelserving.sample.painter;

import io.modelserving.sample.Visible;

/**
 * What has been drawn.
 *
 * @param png a picture of 64 x 64 pixels, light ink on a dark ground
 */
record Drawing(byte[] png) implements Visible {
}
