package io.modelserving.pipeline;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StageLoad}.
 */
class StageLoadTests {

	private static StageLoad load(String name, double itemsPerSecond) {
		return new StageLoad(name, 0, 1, 0, itemsPerSecond);
	}

	@Test
	void slowestStageIsTheLimitAndTheNextOneSaysByHowMuch() {
		assertThat(StageLoad.limit(List.of(load("decode", 300), load("infer", 100), load("draw", 250))))
			.hasValue(new StageLoad.Limit(load("infer", 100), 2.5));
	}

	@Test
	void whenNothingIsKnownOfAStageThenItIsNotTheLimit() {
		assertThat(StageLoad.limit(List.of(load("decode", 0), load("infer", 100))))
			.hasValue(new StageLoad.Limit(load("infer", 100), 1));
		assertThat(StageLoad.limit(List.of(load("decode", 0)))).isEmpty();
		assertThat(StageLoad.limit(List.of())).isEmpty();
	}

	@Test
	void ofListsAStageCompletesAsManyLessAsTheyHaveItems() {
		assertThat(load("crop", 100).forItems(4).itemsPerSecond()).isEqualTo(25);
		assertThat(load("crop", 100).forItems(0).itemsPerSecond()).isEqualTo(100);
	}

}
