package io.modelserving.sample.digits;

/**
 * What the model sees after one more pixel is gone.
 *
 * @param pixel the pixel, counted row by row from 0
 * @param digit the most probable digit
 * @param probability its probability
 */
record ErasureStep(int pixel, int digit, float probability) {
}
