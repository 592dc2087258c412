package io.modelserving.sample.iris;

import java.util.Map;

/**
 * The species of a flower.
 *
 * @param species the most probable species
 * @param probabilities the probability of each species
 */
record IrisPrediction(String species, Map<String, Float> probabilities) {
}
