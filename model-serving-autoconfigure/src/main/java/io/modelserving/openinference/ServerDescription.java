package io.modelserving.openinference;

import java.util.List;

/**
 * What a server says of itself.
 *
 * @param name the name
 * @param version the version
 * @param extensions the extensions of the protocol that it offers
 */
public record ServerDescription(String name, String version, List<String> extensions) {

	/**
	 * Extensions that are there whatever carries the protocol and whatever is configured.
	 */
	private static final List<String> EXTENSIONS = List.of("binary_tensor_data", "classification",
			"model_configuration", "model_repository", "parameters", "schedule_policy", "sequence", "statistics");

	public ServerDescription {
		extensions = List.copyOf(extensions);
	}

	/**
	 * Describe this server.
	 * @return its description
	 */
	public static ServerDescription ofThis() {
		String version = ServerDescription.class.getPackage().getImplementationVersion();
		return new ServerDescription("model-serving", (version != null) ? version : "unknown", EXTENSIONS);
	}

}
