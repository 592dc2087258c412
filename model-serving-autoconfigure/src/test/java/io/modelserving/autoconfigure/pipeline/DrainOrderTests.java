package io.modelserving.autoconfigure.pipeline;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DrainOrder}.
 */
class DrainOrderTests {

	@Test
	void stagesDrainInTheOrderOfTheWay() {
		assertThat(DrainOrder.of(List.of("c", "a", "b"), List.of(List.of("a", "b", "c")))).containsExactly("a", "b",
				"c");
	}

	@Test
	void stageDrainsBehindThoseBeforeItOnAnyWay() {
		assertThat(DrainOrder.of(List.of("a", "b", "c"), List.of(List.of("b", "c"), List.of("a", "b"))))
			.containsExactly("a", "b", "c");
	}

	@Test
	void modelsAreLeftOutAndStagesWithoutAPipelineAreNot() {
		assertThat(DrainOrder.of(List.of("alone", "b", "a"), List.of(List.of("a", "model", "b")))).containsExactly("a",
				"b", "alone");
	}

	@Test
	void whenWaysContradictEachOtherThenEveryStageStillDrains() {
		assertThat(DrainOrder.of(List.of("a", "b"), List.of(List.of("a", "b"), List.of("b", "a")))).containsExactly("a",
				"b");
		assertThat(DrainOrder.of(List.of("a", "b"), List.of(List.of("a", "b", "a")))).containsExactly("a", "b");
	}

}
