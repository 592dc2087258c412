package io.modelserving.openinference.http;

import java.util.List;
import java.util.Map;

import io.modelserving.model.ModelKey;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.ServerDescription;
import io.modelserving.openinference.StatisticsSource;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Describes the server and its models, and whether they can be called.
 */
final class MetadataHandler {

	private final ServerDescription server = ServerDescription.ofThis();

	private final ModelLookup models;

	private final StatisticsSource statistics;

	MetadataHandler(ModelLookup models, StatisticsSource statistics) {
		this.models = models;
		this.statistics = statistics;
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

	/** What KServe's clients ask for. */
	ServerResponse models(ServerRequest request) {
		List<String> names = this.models.keys(null, null).stream().map(ModelKey::name).distinct().toList();
		return JsonBodies.ok(Map.of("models", names));
	}

	ServerResponse configuration(ServerRequest request) {
		ModelPath path = ModelPath.of(request, this.models);
		return JsonBodies.ok(this.models.configuration(path.model(), path.version()));
	}

	ServerResponse statistics(ServerRequest request) {
		ModelPath path = ModelPath.of(request, this.models);
		return statistics(path.model(), path.version());
	}

	ServerResponse allStatistics(ServerRequest request) {
		return statistics(null, null);
	}

	private ServerResponse statistics(@Nullable String model, @Nullable Long version) {
		return JsonBodies.ok(Map.of("model_stats", this.statistics.describe(this.models, model, version)));
	}

	private record ModelReady(String name, boolean ready) {
	}

}
