package io.modelserving.actuate;

import java.util.Map;
import java.util.function.Supplier;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.RepositoryReadOnlyException;

/**
 * Gives what comes of an operation its HTTP status. What is wrong is said in the body,
 * since the application's own error page as a rule leaves messages out.
 */
final class ManagementResponses {

	private static final int ACCEPTED = 202;

	private static final int CONFLICT = 409;

	private ManagementResponses() {
	}

	static WebEndpointResponse<Object> of(Supplier<ManagementResult> operation) {
		try {
			ManagementResult result = operation.get();
			return new WebEndpointResponse<>(result, switch (result.outcome()) {
				case DONE -> WebEndpointResponse.STATUS_OK;
				case PENDING -> ACCEPTED;
				case FAILED -> WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR;
			});
		}
		catch (IllegalArgumentException | InvalidInput ex) {
			return error(ex, WebEndpointResponse.STATUS_BAD_REQUEST);
		}
		catch (ModelNotFound ex) {
			return error(ex, WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (RepositoryReadOnlyException ex) {
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
		return new WebEndpointResponse<>(Map.of("error", String.valueOf(failure.getMessage())), status);
	}

}
