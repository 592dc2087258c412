package io.modelserving.sample.sentiment;

/**
 * Whether a text is pleased.
 *
 * @param sentiment {@code positive} or {@code negative}
 * @param positive the probability that it is positive
 */
record Sentiment(String sentiment, float positive) {
}
