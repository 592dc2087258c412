package io.modelserving.endpoint;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.modelserving.model.ModelKey;
import io.modelserving.model.NearNames;

/**
 * What must hold among endpoints, and between endpoints and models.
 */
final class EndpointRules {

	private EndpointRules() {
	}

	/**
	 * Check that each endpoint has a path of its own.
	 * @param endpoints the endpoints
	 * @throws InvalidModelEndpointException if two share one
	 */
	static void requireDistinctPaths(List<Endpoint<?, ?>> endpoints) {
		Map<String, Endpoint<?, ?>> byPath = new HashMap<>();
		for (Endpoint<?, ?> endpoint : endpoints) {
			Endpoint<?, ?> other = byPath.putIfAbsent(endpoint.path(), endpoint);
			if (other != null) {
				throw new InvalidModelEndpointException(
						"The @ModelEndpoint beans \"%s\" and \"%s\" have the same path \"%s\""
							.formatted(other.beanName(), endpoint.beanName(), endpoint.path()),
						"Give one of them another path");
			}
		}
	}

	/**
	 * Check that the models of the endpoints exist.
	 * @param endpoints the endpoints
	 * @param models the existing models
	 * @throws InvalidModelEndpointException if one does not
	 */
	static void requireModels(List<Endpoint<?, ?>> endpoints, Collection<ModelKey> models) {
		for (Endpoint<?, ?> endpoint : endpoints.stream().filter(Endpoint::hasModel).toList()) {
			List<Long> versions = models.stream()
				.filter((key) -> key.name().equals(endpoint.model()))
				.map(ModelKey::version)
				.sorted()
				.toList();
			if (versions.isEmpty()) {
				throw unknownModel(endpoint, new TreeSet<>(models.stream().map(ModelKey::name).toList()));
			}
			if (endpoint.version() != null && !versions.contains(endpoint.version())) {
				throw new InvalidModelEndpointException(
						"The @ModelEndpoint bean \"%s\" wants version %d of the model \"%s\", of which there are the versions %s"
							.formatted(endpoint.beanName(), endpoint.version(), endpoint.model(), versions),
						"Give one of these versions, or leave it out for the default one");
			}
		}
	}

	private static InvalidModelEndpointException unknownModel(Endpoint<?, ?> endpoint, Collection<String> names) {
		String known = names.isEmpty() ? "no models are configured" : "there are the models " + names;
		String suggestion = NearNames.nearest(endpoint.model(), names)
			.map((name) -> "Name the model \"%s\", or c".formatted(name))
			.orElse("C");
		return new InvalidModelEndpointException(
				"The @ModelEndpoint bean \"%s\" is for the model \"%s\", which is not configured; %s"
					.formatted(endpoint.beanName(), endpoint.model(), known),
				suggestion + "onfigure model-serving.models.%s.location".formatted(endpoint.model()));
	}

}
