package io.modelserving.openinference.http;

import java.util.Map;

import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.ServerDescription;

import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Says what there is, and whether it can be called.
 */
final class MetadataHandler {

	private final ServerDescription server = ServerDescription.ofThis();

	private final ModelLookup models;

	MetadataHandler(ModelLookup models) {
		this.models = models;
	}

	ServerResponse server(ServerRequest request) {
		return JsonBodies.ok(this.server);
	}

	ServerResponse live(ServerRequest request) {
		return JsonBodies.ok(Map.of("live", true));
	}

	ServerResponse ready(ServerRequest request) {
		this.models.requireReady();
		return JsonBodies.ok(Map.of("ready", true));
	}

	ServerResponse model(ServerRequest request) {
		ModelPath path = ModelPath.of(request, this.models);
		return JsonBodies.ok(this.models.describe(path.model(), path.version()));
	}

	ServerResponse modelReady(ServerRequest request) {
		ModelPath path = ModelPath.of(request, this.models);
		this.models.requireReady(path.model(), path.version());
		return JsonBodies.ok(new ModelReady(path.model(), true));
	}

	private record ModelReady(String name, boolean ready) {
	}

}
