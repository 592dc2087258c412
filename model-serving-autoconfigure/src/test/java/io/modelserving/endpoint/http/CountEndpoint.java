package io.modelserving.endpoint.http;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.slf4j.MDC;

import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.StreamingModelHandler;
import io.modelserving.tensor.NamedTensors;

/**
 * Counts, with a call of the model for each step, and remembers how its streams ended.
 */
@ModelEndpoint(path = "/count", model = "echo", summary = "Count")
class CountEndpoint implements StreamingModelHandler<CountEndpoint.Count, CountEndpoint.Step> {

	private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();

	private final ObservationRegistry observations;

	CountEndpoint(ObservationRegistry observations) {
		this.observations = observations;
	}

	@Override
	public void stream(Count request, ModelCalls model, EventSink<Step> events) throws Exception {
		Throwable failure = null;
		try {
			count(request, model, events);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			this.ended.add(new Ended(request, failure));
		}
	}

	private void count(Count request, ModelCalls model, EventSink<Step> events) throws Exception {
		String text = request.text().orElse("");
		switch (text) {
			case "reject" -> throw new IllegalArgumentException("text: I do not like it");
			case "bug" -> throw new IllegalStateException("secret of the handler");
			case "wrong inputs" -> model.infer(NamedTensors.of(Map.of()));
			case "sleep" -> new CountDownLatch(1).await();
			default -> {
			}
		}
		for (int i = 1; i <= request.steps(); i++) {
			float y = model.infer(TestHandlers.inputs(i)).numeric("y").toFloats()[0];
			events.send(new Step((int) y, switch (text) {
				case "who" -> who();
				case "observed" -> observed();
				default -> text;
			}));
			if (text.equals("late bug")) {
				throw new IllegalArgumentException("secret of the handler");
			}
			if (text.equals("late sleep")) {
				new CountDownLatch(1).await();
			}
			if (text.equals("null")) {
				events.send(null);
			}
		}
	}

	private String observed() {
		Observation current = this.observations.getCurrentObservation();
		return (current != null) ? String.valueOf(current.getContext().getName()) : "nothing";
	}

	private static String who() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		ServletRequestAttributes request = (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
		return "%s %s %s %s".formatted((authentication != null) ? authentication.getName() : "nobody", MDC.get("trace"),
				request.getRequest().getHeader("X-Trace"), LocaleContextHolder.getLocale());
	}

	/** Return how the next stream has ended for the handler. */
	Ended ended() throws InterruptedException {
		Ended next = this.ended.poll(30, TimeUnit.SECONDS);
		if (next == null) {
			throw new AssertionError("no stream has ended");
		}
		return next;
	}

	void reset() {
		this.ended.clear();
	}

	@Override
	public Count example() {
		return new Count(2, Optional.empty());
	}

	record Count(@Min(1) @Max(1_000_000) int steps, Optional<String> text) {
	}

	record Step(int step, String text) {
	}

	record Ended(Count request, Throwable failure) {
	}

}
