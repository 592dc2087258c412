package io.modelserving.endpoint;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.web.EarlyRejection;
import io.modelserving.web.RequestHead;

/**
 * Rejects the requests to an endpoint that its model or the encoding stage would reject.
 *
 * @param call the way to the model or pipeline
 * @param admission the way to the encoding stage
 */
record EndpointRejection(EndpointCall<?, ?> call, EncodingAdmission admission) implements EarlyRejection {

	/** A smaller request is encoded in less time than it takes to wait for a turn. */
	private static final DataSize LARGE = DataSize.ofKilobytes(16);

	@Override
	public @Nullable Overloaded decide(RequestHead head, long arrival) {
		Deadline deadline = Deadline.after(RequestTimeout.of(head), arrival);
		Overloaded rejection = this.call.rejection(deadline);
		return (rejection == null && isLarge(head)) ? this.admission.rejection(deadline) : rejection;
	}

	static boolean isLarge(RequestHead head) {
		return head.contentLength() < 0 || head.header(HttpHeaders.CONTENT_ENCODING) != null
				|| head.contentLength() >= LARGE.toBytes();
	}

}
