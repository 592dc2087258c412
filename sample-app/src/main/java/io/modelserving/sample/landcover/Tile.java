package io.modelserving.sample.landcover;

/**
 * A picture from above.
 *
 * @param image an encoded picture, which is resized to 64 x 64 pixels
 */
record Tile(byte[] image) {
}
