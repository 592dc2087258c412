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
 * Descriptions of what the protocol answers.
 */
final class Answers {

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

	private Answers() {
	}

	static Schema<Object> errorSchema() {
		Schema<Object> error = Schemas.described("Why a request got no answer", Schemas.object());
		error.addProperty("error", Schemas.described("What was wrong, and what would be right", Schemas.string()));
		error.setRequired(List.of("error"));
		return error;
	}

	/**
	 * Describe what an operation answers.
	 * @param success what it answers if all is well
	 * @param body the schema of that
	 * @param errors the statuses of the errors that it may answer
	 * @return the description
	 */
	static ApiResponses of(String success, Schema<?> body, int... errors) {
		return of(new ApiResponse().description(success).content(json(body)), errors);
	}

	/**
	 * Describe what an operation answers.
	 * @param success what it answers if all is well
	 * @param errors the statuses of the errors that it may answer
	 * @return the description
	 */
	static ApiResponses of(ApiResponse success, int... errors) {
		ApiResponses answers = new ApiResponses();
		answers.addApiResponse("200", success);
		for (int error : errors) {
			answers.addApiResponse(Integer.toString(error), error(error));
		}
		return answers;
	}

	private static ApiResponse error(int status) {
		ApiResponse answer = new ApiResponse().description(ERRORS.get(status))
			.content(json(new Schema<>().$ref(ERROR)));
		if (status == 501) {
			answer.addHeaderObject("Accept-Encoding",
					new Header().description("The codings of bodies that are read").schema(Schemas.string()));
		}
		if (status == 429 || status == 503) {
			answer.addHeaderObject("Retry-After",
					new Header().description("Seconds to wait").schema(Schemas.integer()));
		}
		return answer;
	}

	static Content json(Schema<?> body) {
		return new Content().addMediaType("application/json", new MediaType().schema(body));
	}

}
