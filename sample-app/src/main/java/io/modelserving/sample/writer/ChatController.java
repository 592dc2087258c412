package io.modelserving.sample.writer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executor;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.sample.writer.ChatCompletion.Usage;
import io.modelserving.sample.writer.ChatRequest.Message;

/**
 * Goes on with the last message of a chat, for any client of OpenAI's API: an ordinary
 * controller, as the events of that API and its end are its own.
 */
@RestController
class ChatController {

	private static final long LONGEST = Duration.ofMinutes(1).toMillis();

	private final Writer writer;

	private final Executor executor;

	ChatController(Writer writer, @Qualifier("applicationTaskExecutor") Executor executor) {
		this.writer = writer;
		this.executor = executor;
	}

	@PostMapping("/v1/chat/completions")
	@Operation(tags = "writer", summary = "Go on with a text",
			description = "Compatible with OpenAI's API. The model writes one kind of sentence, and answers no questions.")
	@ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE,
			schema = @Schema(implementation = ChatCompletion.class)))
	Object complete(@RequestBody ChatRequest request) {
		String start = request.start();
		if (request.isStream()) {
			return stream(request, start);
		}
		StringBuilder text = new StringBuilder();
		boolean complete = this.writer.write(start, request.draws(), request.most(), text::append);
		int total = start.length() + text.length();
		return ChatCompletion.of(new Message("assistant", text.toString()), complete,
				new Usage(start.length(), text.length(), total));
	}

	private SseEmitter stream(ChatRequest request, String start) {
		SseEmitter events = new SseEmitter(LONGEST);
		this.executor.execute(() -> {
			try {
				ChatCompletion first = ChatCompletion.begin();
				send(events, first);
				boolean complete = this.writer.write(start, request.draws(), request.most(),
						(character) -> send(events, first.next(character)));
				send(events, first.end(complete));
				send(events, "[DONE]");
				events.complete();
			}
			catch (RuntimeException ex) {
				events.completeWithError(ex);
			}
		});
		return events;
	}

	private static void send(SseEmitter events, Object event) {
		try {
			events.send(event);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@ExceptionHandler({ IllegalArgumentException.class, ModelNotFound.class, Overloaded.class,
			HttpMessageNotReadableException.class })
	ProblemDetail reject(Exception rejection) {
		Throwable reason = (rejection.getCause() instanceof InferenceException failure) ? failure : rejection;
		if (reason instanceof HttpMessageNotReadableException) {
			return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "The body is no chat in JSON");
		}
		HttpStatus status = (reason instanceof ModelNotFound) ? HttpStatus.NOT_FOUND
				: (reason instanceof Overloaded) ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.BAD_REQUEST;
		return ProblemDetail.forStatusAndDetail(status, reason.getMessage());
	}

}
