package io.modelserving.sample.digits;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What digit a picture shows.
 *
 * @param digit the most probable digit
 * @param probabilities the probability of each digit from 0 to 9, if wanted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DigitPrediction(int digit, @Nullable List<Float> probabilities) {
}
