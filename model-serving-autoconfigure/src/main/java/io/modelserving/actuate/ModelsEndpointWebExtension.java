package io.modelserving.actuate;

import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Manages models over HTTP: {@code POST /models/<name>/<operation>} with parameters in
 * the query or in a flat JSON object, and {@code DELETE /models/<name>} with an optional
 * {@code /<version>}. {@code /models/<name>/tune} is a resource of its own, which is read
 * and deleted, too. Parameters are text here, so that a wrong value is reported in words.
 */
@EndpointWebExtension(endpoint = ModelsEndpoint.class)
public class ModelsEndpointWebExtension {

	private static final String TUNING = ManagementOperation.TUNE.toString();

	private final ModelsEndpoint endpoint;

	private final ModelManagement management;

	/**
	 * Create the extension.
	 * @param endpoint shows the models
	 * @param management changes them
	 */
	public ModelsEndpointWebExtension(ModelsEndpoint endpoint, ModelManagement management) {
		this.endpoint = endpoint;
		this.management = management;
	}

	/**
	 * Return one version of a model, or its tuning.
	 * @param name the name of the model
	 * @param version the version, or {@code tune}
	 * @return 200 with a {@link VersionDescriptor} or {@link TuningDescriptor}; 404 if
	 * there is none
	 */
	@ReadOperation
	WebEndpointResponse<Object> version(@Selector String name, @Selector String version) {
		return ManagementResponses.read(() -> version.equals(TUNING) ? this.management.tuning(name)
				: this.endpoint.version(name, number(version)));
	}

	/**
	 * Do something to a model.
	 * @param securityContext says who wants it
	 * @param name the name of the model
	 * @param operation the name of a {@link ManagementOperation}
	 * @param version the version, or {@code null} for all of them
	 * @param instances the instances on each device; several to try while tuning
	 * @param maxBatchSize the most rows of a batch
	 * @param maxQueueDelay the time that a request may wait for others
	 * @param queueCapacity the most rows that may wait
	 * @param defaultVersion the version that gets calls that name none
	 * @param weights the shares of versions, such as {@code 1=95,2=5}
	 * @param shadow the version that gets copies
	 * @param shadowShare the share of the calls that are copied
	 * @param shadowTolerance how far numbers may differ
	 * @param stickyHeader the header whose value decides
	 * @param labels versions by label, such as {@code stable=1,canary=2}
	 * @param rollback whether a version that fails loses its traffic
	 * @param rollbackTo the version to return to
	 * @param rollbackWindow the number of calls looked at
	 * @param rollbackMinimumCalls the number of calls before which nothing is decided
	 * @param rollbackFailureRatio the share of failures that is allowed
	 * @param objective the time below which tuning keeps the 99th percentile
	 * @param duration the time that tuning may take
	 * @param concurrency the requests in flight while tuning
	 * @param rows the rows of each of them
	 * @param intraOpThreads the numbers of threads to try, such as {@code 1,2}
	 * @param batchSizes the batch sizes to try, such as {@code 1,8,32}
	 * @return 200 with the result; 202 if it goes on; 400, 404, 409 or 503 with what is
	 * wrong with the request, 500 if a version could not be loaded
	 */
	@WriteOperation
	WebEndpointResponse<Object> manage(SecurityContext securityContext, @Selector String name,
			@Selector String operation, @Nullable String version, @Nullable String instances,
			@Nullable String maxBatchSize, @Nullable String maxQueueDelay, @Nullable String queueCapacity,
			@Nullable String defaultVersion, @Nullable String weights, @Nullable String shadow,
			@Nullable String shadowShare, @Nullable String shadowTolerance, @Nullable String stickyHeader,
			@Nullable String labels, @Nullable String rollback, @Nullable String rollbackTo,
			@Nullable String rollbackWindow, @Nullable String rollbackMinimumCalls,
			@Nullable String rollbackFailureRatio, @Nullable String objective, @Nullable String duration,
			@Nullable String concurrency, @Nullable String rows, @Nullable String intraOpThreads,
			@Nullable String batchSizes) {
		Map<String, String> parameters = new LinkedHashMap<>();
		put(parameters, "instances", instances);
		put(parameters, "maxBatchSize", maxBatchSize);
		put(parameters, "maxQueueDelay", maxQueueDelay);
		put(parameters, "queueCapacity", queueCapacity);
		put(parameters, "defaultVersion", defaultVersion);
		put(parameters, "weights", weights);
		put(parameters, "shadow", shadow);
		put(parameters, "shadowShare", shadowShare);
		put(parameters, "shadowTolerance", shadowTolerance);
		put(parameters, "stickyHeader", stickyHeader);
		put(parameters, "labels", labels);
		put(parameters, "rollback", rollback);
		put(parameters, "rollbackTo", rollbackTo);
		put(parameters, "rollbackWindow", rollbackWindow);
		put(parameters, "rollbackMinimumCalls", rollbackMinimumCalls);
		put(parameters, "rollbackFailureRatio", rollbackFailureRatio);
		put(parameters, "objective", objective);
		put(parameters, "duration", duration);
		put(parameters, "concurrency", concurrency);
		put(parameters, "rows", rows);
		put(parameters, "intraOpThreads", intraOpThreads);
		put(parameters, "batchSizes", batchSizes);
		return ManagementResponses
			.of(() -> run(securityContext, ManagementOperation.of(operation), name, version, parameters));
	}

	/**
	 * Unload a version of a model, or end its tuning.
	 * @param securityContext says who wants it
	 * @param name the name of the model
	 * @param version the version, or {@code tune}
	 * @return as {@link #manage}
	 */
	@DeleteOperation
	WebEndpointResponse<Object> unload(SecurityContext securityContext, @Selector String name,
			@Selector String version) {
		return ManagementResponses.of(() -> version.equals(TUNING)
				? run(securityContext, ManagementOperation.CANCEL_TUNING, name, null, Map.of())
				: run(securityContext, ManagementOperation.UNLOAD, name, version, Map.of()));
	}

	/**
	 * Unload all versions of a model.
	 * @param securityContext says who wants it
	 * @param name the name of the model
	 * @return as {@link #manage}
	 */
	@DeleteOperation
	WebEndpointResponse<Object> unload(SecurityContext securityContext, @Selector String name) {
		return ManagementResponses.of(() -> run(securityContext, ManagementOperation.UNLOAD, name, null, Map.of()));
	}

	private ManagementResult run(SecurityContext securityContext, ManagementOperation operation, String name,
			@Nullable String version, Map<String, String> parameters) {
		Long number = (version == null) ? null : Long.valueOf(number(version));
		Principal principal = securityContext.getPrincipal();
		return this.management.run(new ManagementRequest(operation, name, number, parameters,
				(principal != null) ? principal.getName() : null));
	}

	private static long number(String version) {
		return new ManagementParameters(Map.of("version", version)).version("version");
	}

	private static void put(Map<String, String> parameters, String name, @Nullable String value) {
		if (value != null) {
			parameters.put(name, value);
		}
	}

}
