package io.modelserving.sample.digits;

/**
 * What number a picture shows.
 *
 * @param number the digits from left to right
 */
record NumberPrediction(String number) {
}
