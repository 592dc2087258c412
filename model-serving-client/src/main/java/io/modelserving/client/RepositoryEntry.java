package io.modelserving.client;

import org.jspecify.annotations.Nullable;

/**
 * A version of a model in a server's repository.
 *
 * @param name the name of the model
 * @param version the version, {@code null} if the model has never been loaded
 * @param state {@code READY}, {@code LOADING}, {@code UNLOADING}, {@code UNAVAILABLE} or
 * {@code UNKNOWN}, {@code null} if the model has never been loaded
 * @param reason why it is in that state, if there is anything to say
 */
public record RepositoryEntry(String name, @Nullable String version, @Nullable String state, @Nullable String reason) {

}
