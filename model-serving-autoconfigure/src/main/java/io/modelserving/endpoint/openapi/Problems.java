package io.modelserving.endpoint.openapi;

import java.util.List;

import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;

import io.modelserving.openapi.Schemas;

/**
 * Descriptions of what a caller gets instead of a response.
 */
final class Problems {

	/** Name of the schema of a problem. */
	static final String NAME = "ModelEndpointProblem";

	private Problems() {
	}

	static Schema<Object> schema() {
		Schema<Object> problem = Schemas.described("Why a request failed (RFC 9457)", Schemas.object());
		problem.addProperty("type", Schemas.of("string", "uri-reference"));
		problem.addProperty("title", Schemas.described("The status in words", Schemas.string()));
		problem.addProperty("status", Schemas.described("The status", Schemas.of("integer", "int32")));
		problem.addProperty("detail", Schemas.described("What was wrong, and what would be right", Schemas.string()));
		problem.addProperty("instance", Schemas.of("string", "uri-reference"));
		problem.addProperty("errors",
				Schemas.described("What is wrong with each field, with status 422", Schemas.array(error())));
		problem.addProperty("errorId",
				Schemas.described("Where to look in the log, with status 500", Schemas.string()));
		problem.setRequired(List.of("type", "title", "status", "detail", "instance"));
		return problem;
	}

	private static Schema<Object> error() {
		Schema<Object> error = Schemas.object();
		error.addProperty("field", Schemas.described("The path of the field", Schemas.string()));
		error.addProperty("message", Schemas.described("What would be right", Schemas.string()));
		error.addProperty("rejected", Schemas.described("The value, if it is short", new Schema<>()));
		error.setRequired(List.of("field", "message"));
		return error;
	}

	private static String description(int status) {
		return switch (status) {
			case 400 -> "The body or a header is malformed, or the model does not take what it says";
			case 404 -> "The model is not served";
			case 406 -> "No media type of the response is accepted";
			case 408 -> "The body arrived too slowly";
			case 413 -> "The body is too large";
			case 415 -> "The media type or the coding of the body is not read";
			case 422 -> "The request is not valid; there is an entry for each field";
			case 429 -> "The request would have to wait too long; try again after the time in Retry-After";
			case 500 -> "The request failed; the id is in the log";
			case 503 -> "The model is not ready; try again after the time in Retry-After, if there is one";
			case 504 -> "The response was not ready in time";
			default -> throw new IllegalArgumentException("no problem has the status " + status);
		};
	}

	/**
	 * Describe the response with a problem.
	 * @param status the status
	 * @param pictures whether the endpoint takes pictures, which can have too many pixels
	 * @return the description
	 */
	static ApiResponse response(int status, boolean pictures) {
		String more = (pictures && status == 413) ? ", or the picture has too many pixels" : "";
		ApiResponse response = new ApiResponse().description(description(status) + more)
			.content(new Content().addMediaType(org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE,
					new MediaType().schema(new Schema<>().$ref(NAME))));
		if (status == 429 || status == 503) {
			response.addHeaderObject("Retry-After",
					new Header().description("Seconds to wait").schema(Schemas.integer()));
		}
		return response;
	}

}
