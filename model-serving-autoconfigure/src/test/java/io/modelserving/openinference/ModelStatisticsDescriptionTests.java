package io.modelserving.openinference;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.serving.statistics.ModelStatistics.BatchFigures;
import io.modelserving.serving.statistics.ModelStatistics.Figure;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ModelStatisticsDescription}.
 */
class ModelStatisticsDescriptionTests {

	@Test
	void everyFigureHasItsPlace() {
		ModelStatistics statistics = new ModelStatistics(Instant.ofEpochMilli(1234), 20, 3, new Figure(1, 10),
				new Figure(2, 20), new Figure(3, 30), new Figure(4, 40), new Figure(5, 50), new Figure(6, 60),
				new TreeMap<>(Map.of(8, new BatchFigures(new Figure(7, 70), new Figure(8, 80), new Figure(9, 90)))),
				Map.of(), Map.of(), new Figure(10, 100), new Figure(11, 110));
		String json = JsonMapper.shared()
			.writeValueAsString(ModelStatisticsDescription.of(new ModelKey("digits", 2), statistics));
		assertThat(JsonMapper.shared().readTree(json)).isEqualTo(JsonMapper.shared().readTree("""
				{"name": "digits", "version": "2", "last_inference": 1234, "inference_count": 20,
				 "execution_count": 3,
				 "inference_stats": {"success": {"count": 1, "ns": 10}, "fail": {"count": 2, "ns": 20},
				  "queue": {"count": 3, "ns": 30}, "compute_input": {"count": 4, "ns": 40},
				  "compute_infer": {"count": 5, "ns": 50}, "compute_output": {"count": 6, "ns": 60},
				  "cache_hit": {"count": 10, "ns": 100}, "cache_miss": {"count": 11, "ns": 110}},
				 "response_stats": {},
				 "batch_stats": [{"batch_size": 8, "compute_input": {"count": 7, "ns": 70},
				  "compute_infer": {"count": 8, "ns": 80}, "compute_output": {"count": 9, "ns": 90}}],
				 "memory_usage": []}"""));
	}

}
