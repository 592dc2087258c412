package io.modelserving.openinference.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.modelserving.codec.InferenceCodec;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;

import org.springframework.http.HttpMethod;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The paths of the protocol, and who answers them. Nothing is asked of the media types
 * that a request sends or accepts; every success is a 200, every failure an object with
 * the key {@code error}.
 */
public final class OpenInferenceRoutes {

	private static final String MODEL = "/v2/models/{" + ModelPath.MODEL + "}";

	private static final String VERSION = MODEL + "/versions/{" + ModelPath.VERSION + "}";

	/** How many bytes of tensors a byte of JSON can become: {@code 0,} is an FP64. */
	private static final long TENSOR_BYTES_PER_JSON_BYTE = 4;

	private final List<Route> routes;

	/**
	 * Create the routes.
	 * @param registry knows the models
	 * @param service runs them
	 * @param labels knows what classes are called
	 * @param maxRequestSize the most that the body of a request may have, less than 2 GB
	 * @param compression whether tensors go out compressed
	 * @param asyncTimeout how long the server may wait for an answer; zero for as long as
	 * the service takes, which knows the deadlines
	 */
	public OpenInferenceRoutes(ModelRegistry registry, InferenceService service, OutputLabels labels,
			DataSize maxRequestSize, Compression compression, Duration asyncTimeout) {
		ModelLookup models = new ModelLookup(registry);
		MetadataHandler metadata = new MetadataHandler(models);
		InferenceCodec codec = new InferenceCodec(TENSOR_BYTES_PER_JSON_BYTE * maxRequestSize.toBytes());
		InferenceHandler inference = new InferenceHandler(service, models,
				new InferenceBodies(codec, maxRequestSize, models), new InferenceResponses(codec, labels, compression),
				asyncTimeout);
		this.routes = List.of(new Route(HttpMethod.GET, "/v2", metadata::server),
				new Route(HttpMethod.GET, "/v2/", metadata::server),
				new Route(HttpMethod.GET, "/v2/health/live", metadata::live),
				new Route(HttpMethod.GET, "/v2/health/ready", metadata::ready),
				new Route(HttpMethod.GET, MODEL, metadata::model), new Route(HttpMethod.GET, VERSION, metadata::model),
				new Route(HttpMethod.GET, MODEL + "/ready", metadata::modelReady),
				new Route(HttpMethod.GET, VERSION + "/ready", metadata::modelReady),
				new Route(HttpMethod.POST, MODEL + "/infer", inference::infer),
				new Route(HttpMethod.POST, VERSION + "/infer", inference::infer));
	}

	/**
	 * Return what answers the paths there are.
	 * @return the router function
	 */
	public RouterFunction<ServerResponse> toRouterFunction() {
		RouterFunctions.Builder builder = RouterFunctions.route();
		this.routes.forEach((route) -> route.addTo(builder));
		return builder.onError(OpenInferenceRoutes::isWorthAnAnswer, (failure, request) -> ErrorResponses.of(failure))
			.build();
	}

	/**
	 * Writing to a client that has gone fails, and so would writing an error to it.
	 */
	private static boolean isWorthAnAnswer(Throwable failure) {
		return !(failure instanceof IOException);
	}

	List<Route> routes() {
		return this.routes;
	}

}
