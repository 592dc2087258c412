package io.modelserving.actuate;

import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.Quoted;
import io.modelserving.serving.RepositoryReadOnlyException;
import io.modelserving.tuning.TuningRejectedException;

/**
 * Gives the result of an operation its HTTP status. The error is in the body, since the
 * application's own error page usually leaves messages out.
 */
final class ManagementResponses {

	private static final int ACCEPTED = 202;

	private static final int CONFLICT = 409;

	private ManagementResponses() {
	}

	static WebEndpointResponse<Object> of(Supplier<ManagementResult> operation) {
		return respond(() -> {
			ManagementResult result = operation.get();
			return new WebEndpointResponse<>(result, switch (result.outcome()) {
				case DONE -> WebEndpointResponse.STATUS_OK;
				case PENDING -> ACCEPTED;
				case FAILED -> WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR;
			});
		});
	}

	static WebEndpointResponse<Object> read(Supplier<@Nullable Object> reader) {
		return respond(() -> {
			Object found = reader.get();
			return (found != null) ? new WebEndpointResponse<>(found)
					: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		});
	}

	private static WebEndpointResponse<Object> respond(Supplier<WebEndpointResponse<Object>> operation) {
		try {
			return operation.get();
		}
		catch (IllegalArgumentException | InvalidInput ex) {
			return error(ex, WebEndpointResponse.STATUS_BAD_REQUEST);
		}
		catch (ModelNotFound ex) {
			return error(ex, WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (RepositoryReadOnlyException | TuningRejectedException ex) {
			return error(ex, CONFLICT);
		}
		catch (ModelUnavailable ex) {
			return error(ex, WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
		catch (ModelLoadException ex) {
			return error(ex, WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR);
		}
	}

	private static WebEndpointResponse<Object> error(RuntimeException failure, int status) {
		return new WebEndpointResponse<>(Map.of("error", Quoted.message(String.valueOf(failure.getMessage()))), status);
	}

}
