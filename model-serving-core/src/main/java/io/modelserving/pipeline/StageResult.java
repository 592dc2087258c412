package io.modelserving.pipeline;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a stage gives for one item of a batch: a value, or why this item failed.
 *
 * @param <O> the type of the value
 * @param value the value, or {@code null} if the item failed
 * @param failure the failure, or {@code null} if there is a value
 */
public record StageResult<O>(@Nullable O value, @Nullable RuntimeException failure) {

	public StageResult {
		if ((value == null) == (failure == null)) {
			throw new IllegalArgumentException("a result is either a value or a failure");
		}
	}

	/**
	 * Create the result of an item that succeeded.
	 * @param <O> the type of the value
	 * @param value the value
	 * @return the result
	 */
	public static <O> StageResult<O> of(O value) {
		return new StageResult<>(Objects.requireNonNull(value, "the value of a result is missing"), null);
	}

	/**
	 * Create the result of an item that failed. An
	 * {@link io.modelserving.model.InferenceException} decides what its caller gets;
	 * anything else is an error of the stage.
	 * @param <O> the type of the value
	 * @param failure why
	 * @return the result
	 */
	public static <O> StageResult<O> failed(RuntimeException failure) {
		return new StageResult<>(null, failure);
	}

}
