package io.modelserving.openinference.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.modelserving.codec.InferenceCodec;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.StatisticsSource;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.BodyRule;
import io.modelserving.web.PathConflicts;
import io.modelserving.web.PathConflicts.Owner;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.RequestHead;
import io.modelserving.web.ResponseCompression;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The paths of the protocol, and their handlers. Nothing is asked of the media types that
 * a request sends or accepts; every success is a 200, every failure an object with the
 * key {@code error}.
 */
public final class OpenInferenceRoutes {

	private static final String MODEL = "/models/{" + ModelPath.MODEL + "}";

	private static final Pattern INFER = Pattern.compile("/models/([^/]+)(?:/versions/([^/]+))?/infer");

	private static final String VERSION = MODEL + "/versions/{" + ModelPath.VERSION + "}";

	/** How many bytes of tensors a byte of JSON can become: {@code 0,} is an FP64. */
	private static final long TENSOR_BYTES_PER_JSON_BYTE = 4;

	private final List<Route> routes = new ArrayList<>();

	private final String basePath;

	private final ModelLookup models;

	private final InferenceHandler inference;

	private final long maxRequestSize;

	/**
	 * Create the routes.
	 * @param basePath where they begin, such as {@code /v2}
	 * @param registry knows the models
	 * @param service runs them
	 * @param labels knows what classes are called
	 * @param statistics knows what has happened to the models
	 * @param repository the repository, as far as callers may use it
	 * @param bounds how large the body of a request may be, less than 2 GB
	 * @param compression whether tensors go out compressed
	 * @param execution how requests wait for their results
	 * @param pool the pool from which requests take memory for tensors sent as bytes
	 */
	public OpenInferenceRoutes(String basePath, ModelRegistry registry, InferenceService service, OutputLabels labels,
			StatisticsSource statistics, RepositoryControl repository, BodyBounds bounds,
			ResponseCompression compression, RequestExecution execution, BufferPool pool) {
		this.basePath = basePath;
		this.models = new ModelLookup(registry);
		InferenceCodec codec = new InferenceCodec(TENSOR_BYTES_PER_JSON_BYTE * bounds.maxBytes(), pool);
		this.maxRequestSize = bounds.maxBytes();
		this.inference = new InferenceHandler(service, this.models, new InferenceBodies(codec, bounds, this.models),
				new InferenceResponses(codec, labels, compression), execution);
		addMetadata(new MetadataHandler(this.models, statistics));
		addRepository(new RepositoryHandler(repository, bounds, execution));
		add(HttpMethod.POST, MODEL + "/infer", this.inference::infer);
		add(HttpMethod.POST, VERSION + "/infer", this.inference::infer);
	}

	private void addMetadata(MetadataHandler metadata) {
		add(HttpMethod.GET, "", metadata::server);
		add(HttpMethod.GET, "/", metadata::server);
		add(HttpMethod.GET, "/health/live", metadata::live);
		add(HttpMethod.GET, "/health/ready", metadata::ready);
		add(HttpMethod.GET, "/models", metadata::models);
		// before the models: one that is called "stats" cannot be asked for its metadata
		add(HttpMethod.GET, "/models/stats", metadata::allStatistics);
		for (String model : List.of(MODEL, VERSION)) {
			add(HttpMethod.GET, model, metadata::model);
			add(HttpMethod.GET, model + "/ready", metadata::modelReady);
			add(HttpMethod.GET, model + "/config", metadata::configuration);
			add(HttpMethod.GET, model + "/stats", metadata::statistics);
		}
	}

	private void addRepository(RepositoryHandler repository) {
		add(HttpMethod.POST, "/repository/index", repository::index);
		add(HttpMethod.POST, "/repository" + MODEL + "/load", repository::load);
		add(HttpMethod.POST, "/repository" + MODEL + "/unload", repository::unload);
	}

	private void add(HttpMethod method, String path, HandlerFunction<ServerResponse> handler) {
		this.routes.add(new Route(method, this.basePath + path, handler));
	}

	/**
	 * Return the router function of all paths.
	 * @return the router function
	 */
	public RouterFunction<ServerResponse> toRouterFunction() {
		RouterFunctions.Builder builder = RouterFunctions.route();
		Owner owner = new Owner("Open Inference Protocol",
				"Move the protocol, by model-serving.open-inference.base-path (%s now), or turn it off, by model-serving.open-inference.enabled=false, or map something else."
					.formatted(this.basePath));
		this.routes.forEach((route) -> route.addTo(builder).withAttribute(PathConflicts.OWNER, owner));
		return builder.onError(OpenInferenceRoutes::deservesResponse, (failure, request) -> ErrorResponses.of(failure))
			.build();
	}

	/**
	 * Return how the body of a request is received.
	 * @param head what a request on a path of the protocol says before its body
	 * @param timeout the time within which the body, or the next piece of it, must arrive
	 * @return the rule
	 */
	public BodyRule bodyRule(RequestHead head, Duration timeout) {
		return new BodyRule(this.maxRequestSize, timeout, "model-serving.open-inference.body-timeout",
				this::earlyRejection);
	}

	private @Nullable Overloaded earlyRejection(RequestHead head, long arrival) {
		Matcher path = INFER.matcher(head.path().substring(this.basePath.length()));
		return path.matches()
				? this.inference.rejection(ModelPath.of(path.group(1), path.group(2), this.models), arrival) : null;
	}

	/**
	 * Respond to a request that is rejected before its handler gets it.
	 * @param request the request
	 * @param reason why
	 * @return an error
	 */
	public ServerResponse rejected(ServerRequest request, RuntimeException reason) {
		return request.path().endsWith("/infer") ? this.inference.rejected(request, reason) : ErrorResponses.of(reason);
	}

	/**
	 * Writing to a client that has gone fails, and so would writing an error to it.
	 */
	private static boolean deservesResponse(Throwable failure) {
		return !(failure instanceof IOException);
	}

	List<Route> routes() {
		return this.routes;
	}

}
