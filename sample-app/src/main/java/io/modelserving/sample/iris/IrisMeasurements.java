package io.modelserving.sample.iris;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Positive;

/**
 * The measurements of a flower.
 *
 * @param sepalLength length of a sepal in centimetres
 * @param sepalWidth width of a sepal in centimetres
 * @param petalLength length of a petal in centimetres
 * @param petalWidth width of a petal in centimetres
 */
record IrisMeasurements(@Schema(description = "Centimetres") @Positive @DecimalMax("100") Float sepalLength,
		@Schema(description = "Centimetres") @Positive @DecimalMax("100") Float sepalWidth,
		@Schema(description = "Centimetres") @Positive @DecimalMax("100") Float petalLength,
		@Schema(description = "Centimetres") @Positive @DecimalMax("100") Float petalWidth) {
}
