package io.modelserving.openinference.openapi;

import io.modelserving.openapi.Schemas;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;

/**
 * Describes bodies that hold tensors as bytes.
 */
final class BinaryBodies {

	static final String MEDIA_TYPE = "application/octet-stream";

	static final String JSON_LENGTH = "Inference-Header-Content-Length";

	private BinaryBodies() {
	}

	static MediaType mediaType() {
		return new MediaType().schema(Schemas.described(
				"JSON, then the bytes of the tensors that have the parameter binary_data_size instead of data",
				Schemas.of("string", "binary")));
	}

	static Parameter requestHeader() {
		return new HeaderParameter().name(JSON_LENGTH)
			.description("Length of the JSON in bytes, if the bytes of tensors follow it; 0 if the body is the bytes"
					+ " of the only input")
			.schema(length());
	}

	static Header responseHeader() {
		return new Header().description("Length of the JSON in bytes, if the bytes of tensors follow it")
			.schema(length());
	}

	private static Schema<Object> length() {
		return Schemas.integer();
	}

}
