package io.modelserving.client;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself.
 *
 * @param name the name
 * @param version the version
 * @param extensions the extensions of the protocol that it offers
 */
public record ServerMetadata(String name, String version, List<String> extensions) {

	public ServerMetadata(String name, String version, @Nullable List<String> extensions) {
		this.name = name;
		this.version = version;
		this.extensions = (extensions != null) ? List.copyOf(extensions) : List.of();
	}

}
