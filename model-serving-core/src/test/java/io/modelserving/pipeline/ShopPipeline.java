package io.modelserving.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * The pipeline that the documentation shows: a text is split into words, each word is
 * scored, and the scores are added.
 */
final class ShopPipeline implements AutoCloseable {

	private final Stage<String, List<String>> split = Stage.<String, List<String>>of("split", (text) -> {
		if (text.isBlank()) {
			throw new InvalidInput("the text is empty");
		}
		return List.of(text.split(" "));
	}).concurrency(2).build();

	private final Stage<String, Integer> score = Stage
		.<String, Integer>batched("score", 32,
				(words) -> words.stream().map((word) -> StageResult.of(word.length())).toList())
		.maxDelay(Duration.ofMillis(2))
		.capacity(500)
		.build();

	private final Stage<String, Integer> guess = Stage.<String, Integer>of("guess", String::length).build();

	private final Pipeline<String, Integer> pipeline = this.split.then(this.score.forEach())
		.map((scores) -> scores.stream().mapToInt(Integer::intValue).sum())
		.orElse((failure) -> failure instanceof Overloaded, this.guess);

	CompletableFuture<Integer> score(String text) {
		return this.pipeline.submit(text, Deadline.after(Duration.ofSeconds(2), System.nanoTime()));
	}

	String limit() {
		return StageLoad.limit(this.pipeline.loads())
			.map((limit) -> "%s completes %.0f a second; the next one completes %.1f times as many"
				.formatted(limit.stage().name(), limit.stage().itemsPerSecond(), limit.headroom()))
			.orElse("nothing has run yet");
	}

	@Override
	public void close() {
		this.split.drain(Duration.ofSeconds(10));
		this.score.drain(Duration.ofSeconds(10));
		this.guess.drain(Duration.ofSeconds(10));
	}

}
