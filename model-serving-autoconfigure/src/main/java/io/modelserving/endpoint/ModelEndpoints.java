package io.modelserving.endpoint;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.HandlerExceptionResolver;

import io.modelserving.image.PictureDecoder;
import io.modelserving.model.ModelKey;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.Turn;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.stream.Streams;

/**
 * The typed endpoints of an application. Thread-safe.
 */
public final class ModelEndpoints {

	private final List<Endpoint<?, ?>> endpoints;

	private final JsonMapper mapper;

	private final RequestChecks checks;

	private final EndpointExamples examples;

	private final EndpointStarts starts;

	private final PictureBody pictures;

	private final BodyLimit limit;

	private final RequestLimits limits;

	private final Supplier<Stage<Turn, Turn>> encoding;

	private final BufferPool pool;

	private ModelEndpoints(List<Endpoint<?, ?>> endpoints, JsonMapper mapper, RequestValidation validation,
			PictureDecoder decoder, RequestLimits limits, BufferPool pool, ExampleCheck exampleCheck,
			Supplier<Stage<Turn, Turn>> encoding) {
		this.endpoints = List.copyOf(endpoints);
		this.mapper = mapper;
		this.checks = new RequestChecks(validation);
		this.examples = new EndpointExamples(mapper, this.checks);
		this.starts = new EndpointStarts(this.endpoints, this.examples, exampleCheck);
		this.limit = new BodyLimit(limits.bounds());
		this.pictures = new PictureBody(decoder, this.limit);
		this.limits = limits;
		this.pool = pool;
		this.encoding = encoding;
	}

	/**
	 * Find the beans annotated {@link ModelEndpoint}.
	 * @param beanFactory where to look
	 * @param models the existing models
	 * @param mapper the application's mapper
	 * @param validation checks the constraints of requests
	 * @param decoder reads pictures
	 * @param limits what a request may take
	 * @param pool the pool of the memory for bodies
	 * @param exampleCheck what to do about examples that do not work
	 * @param encoding gives the stage in which large requests have their turns, if there
	 * are endpoints
	 * @return the endpoints
	 * @throws InvalidModelEndpointException if one is declared wrongly, is for a model
	 * that does not exist, has the path of another, or an example that does not work
	 */
	public static ModelEndpoints find(ConfigurableListableBeanFactory beanFactory, Collection<ModelKey> models,
			JsonMapper mapper, RequestValidation validation, PictureDecoder decoder, RequestLimits limits,
			BufferPool pool, ExampleCheck exampleCheck, Supplier<Stage<Turn, Turn>> encoding) {
		List<Endpoint<?, ?>> endpoints = new EndpointScanner(beanFactory).scan();
		EndpointRules.requireDistinctPaths(endpoints);
		EndpointRules.requireModels(endpoints, models);
		ModelEndpoints found = new ModelEndpoints(endpoints, mapper, validation, decoder, limits, pool, exampleCheck,
				encoding);
		found.starts.checkExamples();
		return found;
	}

	/**
	 * Route requests to the endpoints.
	 * @param service runs the models
	 * @param models the existing models
	 * @param execution how requests wait for their results
	 * @param streams the open streams
	 * @return the routes
	 */
	public EndpointRoutes route(InferenceService service, ModelRegistry models, RequestExecution execution,
			Streams streams) {
		return new EndpointRoutes(this.endpoints.stream()
			.<EndpointFunction<?, ?>>map((endpoint) -> function(endpoint, service, models, execution, streams))
			.toList(), this.limits);
	}

	private <I, O> EndpointFunction<I, O> function(Endpoint<I, O> endpoint, InferenceService service,
			ModelRegistry models, RequestExecution execution, Streams streams) {
		RequestReader<I> reader = new RequestReader<>(endpoint, this.pictures, this.limit, this.pool);
		EndpointCall<I, O> call = EndpointCall.of(endpoint.handler(), service, endpoint.model(), endpoint.version(),
				Origin.HANDLER);
		boolean streamed = StreamedEndpoint.isFor(endpoint);
		return new EndpointFunction<>(endpoint, reader, this.checks, call,
				() -> endpoint.hasModel() ? models.traffic(endpoint.model()).stickyHeader() : null,
				new EncodingAdmission(EncodingAdmission.Turns.of(this.encoding.get()),
						(before) -> endpoint.hasModel() ? models.estimate(endpoint.model(), endpoint.version(), before)
								: Optional.empty(),
						System::nanoTime),
				execution, this.starts.of(endpoint), new ResponseBodies(endpoint, this.limits.compression()),
				streamed ? new StreamedEndpoint<>(endpoint, service, execution, streams, this.mapper) : null,
				(!streamed && reader.takesValues()) ? new LinesEndpoint<>(endpoint, reader, this.checks, call,
						execution, streams, this.mapper, this.limits) : null);
	}

	/**
	 * Respond for the endpoints to what goes wrong outside of them, such as a form that
	 * is too large.
	 * @return a resolver that leaves all other paths alone
	 */
	public HandlerExceptionResolver exceptionResolver() {
		Set<String> paths = this.endpoints.stream().map(Endpoint::path).collect(Collectors.toSet());
		Set<String> streams = this.endpoints.stream()
			.filter(StreamedEndpoint::takesGet)
			.map(Endpoint::path)
			.collect(Collectors.toSet());
		Set<String> forms = this.endpoints.stream()
			.filter(Endpoint::takesPictures)
			.map(Endpoint::path)
			.collect(Collectors.toSet());
		return new EndpointExceptionResolver(paths, forms, streams, this.mapper);
	}

	/**
	 * Hold the start of a model's endpoints back until {@link #start} has tried their
	 * examples.
	 * @param model the model and version that is being loaded
	 */
	public void expectStart(ModelKey model) {
		this.starts.expect(model);
	}

	/**
	 * Wait no longer for endpoints of which a version is one of several that take part.
	 * @param model the model and version that is not there
	 */
	public void postponeStart(ModelKey model) {
		this.starts.postpone(model);
	}

	/**
	 * Start the endpoints of a version that has become ready, by running their examples
	 * on it. Returns at once.
	 * @param model the model and version
	 * @param service runs the model
	 */
	public void start(ModelKey model, InferenceService service) {
		this.starts.start(model, service);
	}

	/**
	 * Return which endpoints of a model have not started, and why.
	 * @param model the name of the model
	 * @return a sentence for each, which has nothing internal
	 */
	public List<String> obstacles(String model) {
		return this.starts.obstacles(model);
	}

	/**
	 * Return the endpoints in which a model takes part.
	 * @param model the name of the model
	 * @return their paths, in the order of the beans
	 */
	public List<String> paths(String model) {
		return this.endpoints.stream().filter((endpoint) -> endpoint.isFor(model)).<String>map(Endpoint::path).toList();
	}

	/**
	 * Describe the endpoints.
	 * @param converters the application's message converters
	 * @return the descriptions, in the order of the beans
	 */
	public List<EndpointDescription> describe(List<HttpMessageConverter<?>> converters) {
		return this.endpoints.stream().<EndpointDescription>map((endpoint) -> describe(endpoint, converters)).toList();
	}

	private EndpointDescription describe(Endpoint<?, ?> endpoint, List<HttpMessageConverter<?>> converters) {
		return new EndpointDescription(endpoint.beanName(),
				ClassUtils.getUserClass(endpoint.handler()).getPackageName(), endpoint.path(), endpoint.model(),
				endpoint.documentation().summary(), endpoint.documentation().description(),
				endpoint.documentation().tag(), endpoint.requestType().getType(), endpoint.responseType().getType(),
				new RequestReader<>(endpoint, this.pictures, this.limit, this.pool).consumes(converters),
				ResponseTypes.concrete(new ResponseBodies(endpoint, this.limits.compression()).offered(converters)),
				this.checks.canFail(endpoint.requestType()), this.examples.json(endpoint),
				this.starts.of(endpoint).response(), StreamedEndpoint.isFor(endpoint),
				StreamedEndpoint.takesGet(endpoint));
	}

}
