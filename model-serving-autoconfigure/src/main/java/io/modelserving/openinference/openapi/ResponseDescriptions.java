package io.modelserving.openinference.openapi;

import java.util.List;
import java.util.Map;

import io.modelserving.openapi.Schemas;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;

/**
 * Descriptions of the responses of the protocol.
 */
final class ResponseDescriptions {

	/** Name of the schema of an error. */
	static final String ERROR = "OpenInferenceError";

	private static final Map<Integer, String> ERRORS = Map.of(400,
			"The request is malformed, or the model does not take its tensors", 403,
			"The page that sent the request is of another origin, and its Content-Type is not application/json", 404,
			"There is no such model or version", 408, "The body arrived too slowly", 413, "The body is too large", 429,
			"The request would have to wait too long; try again after the time in Retry-After", 500,
			"The model failed; the id in the message is in the log", 501,
			"The body is compressed in a way that is not supported; Accept-Encoding names those that are", 503,
			"The model is not ready; try again after the time in Retry-After", 504,
			"The deadline of the request passed");

	private ResponseDescriptions() {
	}

	static Schema<Object> errorSchema() {
		Schema<Object> error = Schemas.described("Why a request failed", Schemas.object());
		error.addProperty("error", Schemas.described("What was wrong, and what would be right", Schemas.string()));
		error.setRequired(List.of("error"));
		return error;
	}

	/**
	 * Describe the responses of an operation.
	 * @param success the response to a valid request
	 * @param body the schema of that
	 * @param errors the statuses of its error responses
	 * @return the description
	 */
	static ApiResponses of(String success, Schema<?> body, int... errors) {
		return of(new ApiResponse().description(success).content(json(body)), errors);
	}

	/**
	 * Describe the responses of an operation.
	 * @param success the response to a valid request
	 * @param errors the statuses of its error responses
	 * @return the description
	 */
	static ApiResponses of(ApiResponse success, int... errors) {
		ApiResponses responses = new ApiResponses();
		responses.addApiResponse("200", success);
		for (int error : errors) {
			responses.addApiResponse(Integer.toString(error), error(error));
		}
		return responses;
	}

	private static ApiResponse error(int status) {
		ApiResponse response = new ApiResponse().description(ERRORS.get(status))
			.content(json(new Schema<>().$ref(ERROR)));
		if (status == 501) {
			response.addHeaderObject("Accept-Encoding",
					new Header().description("The codings of bodies that are read").schema(Schemas.string()));
		}
		if (status == 429 || status == 503) {
			response.addHeaderObject("Retry-After",
					new Header().description("Seconds to wait").schema(Schemas.integer()));
		}
		return response;
	}

	static Content json(Schema<?> body) {
		return new Content().addMediaType("application/json", new MediaType().schema(body));
	}

}
