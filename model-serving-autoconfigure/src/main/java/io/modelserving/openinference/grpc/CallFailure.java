package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.concurrent.CompletionException;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Quoted;
import io.modelserving.model.Outcome;
import io.modelserving.serving.RepositoryReadOnlyException;
import org.jspecify.annotations.Nullable;

/**
 * A failure, as callers see it.
 *
 * @param code the code of the status
 * @param message what was wrong, and what would be right
 * @param retryAfter the time after which it may be worth trying again, if any
 */
record CallFailure(Status.Code code, String message, @Nullable Duration retryAfter) {

	/** Clients take 8 KB of trailers, where the message may stand twice. */
	private static final int MAX_ENCODED = 2000;

	/** What clients of gRPC that retry by themselves go by. */
	private static final Metadata.Key<String> PUSHBACK = Metadata.Key.of("grpc-retry-pushback-ms",
			Metadata.ASCII_STRING_MARSHALLER);

	CallFailure {
		message = fitting(Quoted.message(message));
	}

	/**
	 * In trailers, a character outside of ASCII takes three bytes for each of its own.
	 */
	private static String fitting(String message) {
		int encoded = 0;
		for (int i = 0; i < message.length(); i++) {
			char character = message.charAt(i);
			encoded += (character > 0x7f) ? 9 : (character == '%') ? 3 : 1;
			if (encoded > MAX_ENCODED) {
				int end = Character.isLowSurrogate(character) ? i - 1 : i;
				return message.substring(0, end) + "...";
			}
		}
		return message;
	}

	/**
	 * Return how callers see a failure.
	 * @param failure the failure
	 * @param id names the failure in the log, should it be the server's own fault
	 * @return the failure; nothing internal in it
	 */
	static CallFailure of(Throwable failure, String id) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (cause instanceof StatusRuntimeException status) {
			return new CallFailure(status.getStatus().getCode(), messageOf(status.getStatus().getDescription()), null);
		}
		if (cause instanceof RepositoryReadOnlyException) {
			return new CallFailure(Status.Code.PERMISSION_DENIED, messageOf(cause.getMessage()), null);
		}
		Status.Code code = codeOf(Outcome.of(cause));
		if (code == Status.Code.INTERNAL) {
			String message = (cause instanceof InferenceException) ? messageOf(cause.getMessage())
					: "the server failed";
			return new CallFailure(code, "%s (error id %s)".formatted(message, id), null);
		}
		return new CallFailure(code, messageOf(cause.getMessage()), retryAfter(cause));
	}

	private static Status.Code codeOf(Outcome outcome) {
		return switch (outcome) {
			case INVALID -> Status.Code.INVALID_ARGUMENT;
			case NOT_FOUND -> Status.Code.NOT_FOUND;
			case OVERLOADED -> Status.Code.RESOURCE_EXHAUSTED;
			case UNAVAILABLE -> Status.Code.UNAVAILABLE;
			case CANCELLED -> Status.Code.CANCELLED;
			case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
			case FAILED -> Status.Code.INTERNAL;
			case SUCCESS -> throw new IllegalArgumentException("a success is no failure");
		};
	}

	private static @Nullable Duration retryAfter(Throwable failure) {
		if (failure instanceof Overloaded overloaded) {
			return overloaded.retryAfter();
		}
		return (failure instanceof ModelUnavailable unavailable) ? unavailable.retryAfter() : null;
	}

	private static String messageOf(@Nullable String message) {
		return (message != null) ? message : "the call was cancelled";
	}

	/**
	 * Return the exception that ends a call with this failure.
	 * @return the exception, with {@link RetryInfo} and the pushback in its trailers
	 * where it may be worth trying again
	 */
	StatusRuntimeException toException() {
		Duration delay = this.retryAfter;
		if (delay == null) {
			return this.code.toStatus().withDescription(this.message).asRuntimeException();
		}
		Metadata trailers = new Metadata();
		trailers.put(PUSHBACK, Long.toString(delay.toMillis()));
		RetryInfo info = RetryInfo.newBuilder()
			.setRetryDelay(
					com.google.protobuf.Duration.newBuilder().setSeconds(delay.getSeconds()).setNanos(delay.getNano()))
			.build();
		return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
			.setCode(this.code.value())
			.setMessage(this.message)
			.addDetails(Any.pack(info))
			.build(), trailers);
	}

}
