package io.modelserving.autoconfigure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelStatusChangedEvent;

import org.springframework.context.event.EventListener;

/**
 * Waits until models are ready or have failed.
 */
class Attempts {

	private final Map<String, CountDownLatch> ended = new ConcurrentHashMap<>();

	@EventListener
	void statusChanged(ModelStatusChangedEvent event) {
		ModelStatus status = event.status();
		if (status.state() == ModelState.READY || status.state() == ModelState.FAILED) {
			latch(status.key().name()).countDown();
		}
	}

	void awaitEndOf(String model) {
		StubModels.await(latch(model));
	}

	private CountDownLatch latch(String model) {
		return this.ended.computeIfAbsent(model, (name) -> new CountDownLatch(1));
	}

}
