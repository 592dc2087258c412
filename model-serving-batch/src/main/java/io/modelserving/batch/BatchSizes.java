package io.modelserving.batch;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;

/**
 * How many items a step has under way, and how many make a chunk, by what the models
 * batch.
 *
 * @param models the names of the models, and of stages that are none
 * @param version the version of the only model, or {@code null} for the one that its
 * traffic gives
 * @param registry knows the models
 */
record BatchSizes(Supplier<List<String>> models, @Nullable Long version, ModelRegistry registry) {

	/** So many runs of each instance keep the others waiting for nothing. */
	private static final int RUNS_UNDER_WAY = 4;

	/** At the end of a chunk instances wait; of so many runs that is a small part. */
	private static final int RUNS_OF_A_CHUNK = 32;

	private static final int MIN_WINDOW = 16;

	private static final int MAX_CHUNK = 8192;

	/**
	 * Return how many items may be under way.
	 */
	int window() {
		return Math.max(MIN_WINDOW, RUNS_UNDER_WAY * itemsAtOnce());
	}

	/**
	 * Return how many items make a chunk.
	 */
	int chunkSize() {
		int atOnce = itemsAtOnce();
		return Math.max(atOnce, Math.min(RUNS_OF_A_CHUNK * atOnce, MAX_CHUNK / atOnce * atOnce));
	}

	private int itemsAtOnce() {
		return this.models.get().stream().mapToInt(this::itemsAtOnce).max().orElse(1);
	}

	private int itemsAtOnce(String model) {
		ModelSnapshot snapshot = ((this.version != null) ? this.registry.find(new ModelKey(model, this.version))
				: this.registry.find(model))
			.orElse(null);
		if (snapshot == null) {
			// a stage that is no model
			return 1;
		}
		ModelDetails details = snapshot.details();
		if (details == null || snapshot.status().state() != ModelState.READY) {
			throw new IllegalStateException(
					"model \"%s\" is %s, so it is not known how it batches; annotate the step @JobScope, so that it is made when the job starts"
						.formatted(model, snapshot.status().state()));
		}
		return details.plan().maxBatchSize() * Math.max(1, details.instances());
	}

}
