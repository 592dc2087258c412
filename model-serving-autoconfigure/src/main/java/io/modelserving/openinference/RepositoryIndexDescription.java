package io.modelserving.openinference;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelRepository.IndexEntry;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model in the repository, or a model that is not loaded.
 *
 * @param name the name of the model
 * @param version the version, left out if the model is not loaded
 * @param state {@code READY}, {@code LOADING}, {@code UNLOADING} or {@code UNAVAILABLE}
 * @param reason why, without what is internal; left out where the state says all
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RepositoryIndexDescription(String name, @Nullable String version, String state, @Nullable String reason) {

	static RepositoryIndexDescription of(IndexEntry entry) {
		Long version = entry.version();
		return new RepositoryIndexDescription(entry.name(), (version != null) ? version.toString() : null,
				state(entry.state()), entry.reason().isEmpty() ? null : ModelStatus.publicReason(entry.reason()));
	}

	private static String state(@Nullable ModelState state) {
		if (state == null) {
			return "UNAVAILABLE";
		}
		return switch (state) {
			case LOADING, WARMING -> "LOADING";
			case READY -> "READY";
			case DRAINING -> "UNLOADING";
			case UNLOADED, FAILED -> "UNAVAILABLE";
		};
	}

}
