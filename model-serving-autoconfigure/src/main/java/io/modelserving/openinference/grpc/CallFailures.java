package io.modelserving.openinference.grpc;

import java.util.UUID;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to callers what went wrong. What is the server's own fault is logged under an id
 * that callers get to see.
 */
final class CallFailures {

	private static final Logger logger = LoggerFactory.getLogger(CallFailures.class);

	private CallFailures() {
	}

	static CallFailure describe(Throwable failure) {
		String id = UUID.randomUUID().toString();
		CallFailure described = CallFailure.of(failure, id);
		if (described.code() == Status.Code.INTERNAL && described.message().contains(id)) {
			logger.error("Call failed (error id {})", id, failure);
		}
		return described;
	}

	static StatusRuntimeException exception(Throwable failure) {
		return describe(failure).toException();
	}

}
