package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.modelserving.model.graph.RowIndependence.Mixes;
import io.modelserving.model.graph.RowIndependence.Proven;
import io.modelserving.model.graph.RowIndependence.Unknown;
import io.modelserving.model.graph.Corpus.Case;
import io.modelserving.model.graph.Corpus.Expected;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the batching rules against the runtime: what is proven has to hold for random
 * batches of hostile rows, and what mixes rows has to be seen to do so.
 */
class CorpusTests {

	private static final int BATCHES = 200;

	private static final int SHAPES = 4;

	private static final int ROWS = 24;

	static Stream<Case> cases() {
		return Corpus.cases().stream();
	}

	@Test
	void corpusIsLarge() {
		List<String> names = Corpus.cases().stream().map(Case::toString).toList();
		assertThat(names).hasSizeGreaterThan(200).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@MethodSource("cases")
	void verdictIsWhatTheRuntimeShows(Case test) throws OrtException {
		GraphAnalysis analysis = GraphAnalysis.of(test.model.build());
		assertThat(analysis.rowIndependence()).as(analysis.rowIndependence().describe())
			.isInstanceOf(switch (test.expected) {
				case PROVEN -> Proven.class;
				case MIXES -> Mixes.class;
				case UNKNOWN -> Unknown.class;
			});
		if (test.expected == Expected.UNKNOWN || test.verdictOnly) {
			return;
		}
		try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
			options.setIntraOpNumThreads(1);
			options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
			try (OrtSession session = OrtEnvironment.getEnvironment()
				.createSession(test.model.proto().toByteArray(), options)) {
				compare(test, analysis, session);
			}
		}
	}

	private static void compare(Case test, GraphAnalysis analysis, OrtSession session) throws OrtException {
		Random random = new Random(test.name.hashCode());
		boolean proven = test.expected == Expected.PROVEN;
		int different = 0;
		int valid = 0;
		for (int shape = 0; shape < SHAPES; shape++) {
			RowSource source = new RowSource(test, analysis.inputBatchAxes(), random);
			List<Map<String, Rows>> rows = new ArrayList<>();
			List<Map<String, Rows>> alone = new ArrayList<>();
			for (int i = 0; i < ROWS; i++) {
				Map<String, Rows> row = source.row();
				Map<String, Rows> outputs = Rows.run(session, row);
				if (outputs != null) {
					rows.add(row);
					alone.add(outputs);
				}
			}
			valid += rows.size();
			for (int batch = 0; !rows.isEmpty() && batch < BATCHES / SHAPES; batch++) {
				int[] picked = random.ints(2 + random.nextInt(4), 0, rows.size()).toArray();
				String difference = difference(test, analysis, session, rows, alone, picked);
				if (proven) {
					assertThat(difference).as("batch of rows %s", Arrays.stream(picked).mapToObj(rows::get).toList())
						.isNull();
				}
				different += (difference != null) ? 1 : 0;
			}
		}
		assertThat(valid).as("rows that run alone").isGreaterThanOrEqualTo(2 * SHAPES);
		if (!proven) {
			assertThat(different).as("batches that differ from their rows").isPositive();
		}
	}

	/**
	 * Run rows in a batch and say how the outputs differ from those of the rows alone, or
	 * return nothing if they do not. Outputs of models that mix rows are taken to have
	 * the batch first.
	 */
	private static String difference(Case test, GraphAnalysis analysis, OrtSession session,
			List<Map<String, Rows>> rows, List<Map<String, Rows>> alone, int[] picked) throws OrtException {
		Map<String, Rows> batch = new HashMap<>(rows.get(picked[0]));
		analysis.inputBatchAxes()
			.forEach((name, axis) -> batch.put(name,
					Rows.join(Arrays.stream(picked).mapToObj((i) -> rows.get(i).get(name)).toList(), axis)));
		Map<String, Rows> together = Rows.run(session, batch);
		if (together == null) {
			return "the batch does not run";
		}
		for (String name : together.keySet()) {
			List<Rows> own = Arrays.stream(picked).mapToObj((i) -> alone.get(i).get(name)).toList();
			Integer axis = analysis.outputBatchAxes().get(name);
			if (test.expected == Expected.PROVEN && axis == null) {
				return "the output %s carries no batch".formatted(name);
			}
			Rows expected = Rows.join(own, (axis != null) ? axis : 0);
			String difference = (expected != null) ? expected.difference(together.get(name))
					: "rows do not fit together";
			if (difference == null && expected.shape()[(axis != null) ? axis : 0] != picked.length) {
				difference = "another number of rows";
			}
			if (difference != null) {
				return "%s: %s".formatted(name, difference);
			}
		}
		return null;
	}

}
