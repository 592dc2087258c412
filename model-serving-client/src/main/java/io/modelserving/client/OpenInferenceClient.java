package io.modelserving.client;

import java.util.List;
import java.util.Map;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Calls any server of the Open Inference Protocol, this library's or another. An HTTP
 * service interface: get one from {@link OpenInferenceClients#create}, or import it into
 * a group with {@code @ImportHttpServices}. Thread-safe.
 * <p>
 * Every method throws {@link OpenInferenceClientException} with the server's own message
 * if the server rejects a call, and what {@code RestClient} throws if there is no
 * response.
 */
public interface OpenInferenceClient {

	@GetExchange("/v2")
	ServerMetadata server();

	/**
	 * Ask whether the server runs.
	 * @throws OpenInferenceClientException if it says that it does not
	 */
	@GetExchange("/v2/health/live")
	void requireLive();

	/**
	 * Ask whether the server is ready.
	 * @throws OpenInferenceClientException if it is not; the message may say why
	 */
	@GetExchange("/v2/health/ready")
	void requireReady();

	/**
	 * Ask whether a model is ready.
	 * @param model the name of the model
	 * @throws OpenInferenceClientException if it is not; the message may say why
	 */
	@GetExchange("/v2/models/{model}/ready")
	void requireReady(@PathVariable String model);

	@GetExchange("/v2/models/{model}/versions/{version}/ready")
	void requireReady(@PathVariable String model, @PathVariable String version);

	default boolean isReady() {
		return OpenInferenceClientException.rejectionOf(this::requireReady) == null;
	}

	default boolean isReady(String model) {
		return OpenInferenceClientException.rejectionOf(() -> requireReady(model)) == null;
	}

	default boolean isReady(String model, String version) {
		return OpenInferenceClientException.rejectionOf(() -> requireReady(model, version)) == null;
	}

	@GetExchange("/v2/models/{model}")
	ModelMetadata model(@PathVariable String model);

	@GetExchange("/v2/models/{model}/versions/{version}")
	ModelMetadata model(@PathVariable String model, @PathVariable String version);

	/**
	 * Run a model.
	 * @param model the name of the model; the server chooses the version
	 * @param request what to ask
	 * @return the response
	 */
	@PostExchange("/v2/models/{model}/infer")
	InferResponse infer(@PathVariable String model, @RequestBody InferRequest request);

	@PostExchange("/v2/models/{model}/versions/{version}/infer")
	InferResponse infer(@PathVariable String model, @PathVariable String version, @RequestBody InferRequest request);

	/**
	 * Return how a model is configured, an extension of the protocol.
	 * @param model the name of the model
	 * @return the server's own description
	 */
	@GetExchange("/v2/models/{model}/config")
	Map<String, Object> config(@PathVariable String model);

	@GetExchange("/v2/models/{model}/versions/{version}/config")
	Map<String, Object> config(@PathVariable String model, @PathVariable String version);

	/**
	 * Return the figures of all models, an extension of the protocol.
	 * @return the figures, one for each version
	 */
	@GetExchange("/v2/models/stats")
	ModelStatisticsList statistics();

	@GetExchange("/v2/models/{model}/stats")
	ModelStatisticsList statistics(@PathVariable String model);

	@GetExchange("/v2/models/{model}/versions/{version}/stats")
	ModelStatisticsList statistics(@PathVariable String model, @PathVariable String version);

	/**
	 * Return what lies in the server's repository, an extension of the protocol.
	 * @return one entry for each version
	 */
	@PostExchange("/v2/repository/index")
	List<RepositoryEntry> repository();

	/**
	 * Load or reload a model, which the server may forbid; an extension of the protocol.
	 * @param model the name of the model
	 */
	@PostExchange("/v2/repository/models/{model}/load")
	void load(@PathVariable String model);

	/**
	 * Load or reload a model with settings or files of the caller's.
	 * @param model the name of the model
	 * @param overrides what is not to come from the repository
	 */
	@PostExchange("/v2/repository/models/{model}/load")
	void load(@PathVariable String model, @RequestBody LoadOverrides overrides);

	@PostExchange("/v2/repository/models/{model}/unload")
	void unload(@PathVariable String model);

}
