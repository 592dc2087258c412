package io.modelserving.serving.warmup;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.modelserving.batching.tensor.Padding;
import io.modelserving.batching.tensor.RowAxes;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.graph.InputConstraint;
import io.modelserving.serving.warmup.SampleGenerator.Guess;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;

class SampleGeneratorTests {

	private static final TensorSpec IDS = new TensorSpec("input_ids", DataType.INT64, Shape.of(-1, -1),
			List.of("batch", "length"));

	private static final TensorSpec MASK = new TensorSpec("attention_mask", DataType.INT64, Shape.of(-1, -1),
			List.of("batch", "length"));

	@ParameterizedTest
	@EnumSource(DataType.class)
	void everyTypeIsGeneratedSoThatTheSignatureAcceptsIt(DataType type) {
		ModelSignature signature = signature(TensorSpec.of("x", type, Shape.of(-1, 3)));
		for (NamedTensors row : generate(signature, Padding.NONE)) {
			signature.check(row);
			assertThat(row.rowCount()).isEqualTo(1);
		}
	}

	@Test
	void rowsDifferFromEachOtherAndAreTheSameEveryTime() {
		ModelSignature signature = signature(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 3)));
		List<float[]> rows = generate(signature, Padding.NONE).stream()
			.map(row -> row.numeric("x").toFloats())
			.toList();
		assertThat(rows).doesNotHaveDuplicates();
		assertThat(generate(signature, Padding.NONE).get(1).numeric("x").toFloats()).isEqualTo(rows.get(1));
	}

	@Test
	void dimensionsOfOneNameAreOfOneSizeAndMasksAreOnes() {
		ModelSignature signature = signature(IDS, MASK);
		NamedTensors row = generate(signature, Padding.NONE).get(0);
		signature.check(row);
		assertThat(row.get("input_ids").shape()).isEqualTo(Shape.of(1, 16));
		assertThat(row.numeric("attention_mask").toLongs()).containsOnly(1);
		assertThat(row.numeric("input_ids").toLongs())
			.satisfies(ids -> assertThat(LongStream.of(ids)).allMatch(id -> id >= 0 && id < 10));
	}

	@Test
	void rowsDifferInLengthAlongAPaddedDimension() {
		Padding padding = new Padding(
				Map.of("input_ids", new Padding.Input(1, 0), "attention_mask", new Padding.Input(1, 0)), Map.of(),
				List.of());
		ModelSignature signature = signature(IDS, MASK);
		List<NamedTensors> rows = generate(signature, padding);
		rows.forEach(signature::check);
		assertThat(rows).extracting(row -> row.get("input_ids").shape().dimension(1)).doesNotHaveDuplicates();
	}

	@Test
	void picturesOfAnySizeAreOfTheUsualOne() {
		ModelSignature signature = signature(TensorSpec.of("image", DataType.FP32, Shape.of(-1, 3, -1, -1)));
		assertThat(generate(signature, Padding.NONE).get(0).get("image").shape()).isEqualTo(Shape.of(1, 3, 224, 224));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "0, 9, false, 0, 9", "-, 4, false, 0, 4", "-, -3, false, -3, -3", "5, -, false, 5, 14",
					"0, 30521, false, 0, 999", "-, -, true, 1, 2", "0, 9, true, 1, 2", "-, 0, true, 0, 0" })
	void integersLieWithinWhatTheGraphAllows(@Nullable Long lowest, @Nullable Long highest, boolean decidesSize,
			long least, long most) {
		InputConstraint constraint = new InputConstraint(lowest, highest, List.of(), List.of(), List.of(), decidesSize);
		long[] values = constrained(TensorSpec.of("ids", DataType.INT64, Shape.of(-1, 2000)), constraint).get(0)
			.numeric("ids")
			.toLongs();
		assertThat(LongStream.of(values).min()).hasValue(least);
		assertThat(LongStream.of(values).max()).hasValue(most);
	}

	@ParameterizedTest
	@EnumSource(value = DataType.class, names = { "FP16", "FP32", "FP64" })
	void realNumbersThatBecomeIntegersAreWholeAndWithinWhatTheGraphAllows(DataType type) {
		InputConstraint constraint = new InputConstraint(1L, 4L, List.of(), List.of(), List.of(), false);
		NamedTensors row = constrained(TensorSpec.of("x", type, Shape.of(-1, 200)), constraint).get(0);
		assertThat(row.numeric("x").toFloats()).containsOnly(1, 2, 3, 4);
	}

	@Test
	void categoriesAreThoseOfTheGraph() {
		NamedTensors text = constrained(TensorSpec.of("colour", DataType.BYTES, Shape.of(-1, 50)),
				new InputConstraint(null, null, List.of("red", "blue"), List.of(), List.of(), false))
			.get(0);
		assertThat(text.strings("colour").elements()).containsOnly("red", "blue");
		NamedTensors numbers = constrained(TensorSpec.of("code", DataType.INT64, Shape.of(-1, 50)),
				new InputConstraint(null, null, List.of(7L, 9L), List.of(), List.of(), false))
			.get(0);
		assertThat(numbers.numeric("code").toLongs()).containsOnly(7, 9);
	}

	@Test
	void dimensionsAreAsLongAsTheGraphNeedsThem() {
		NamedTensors row = constrained(TensorSpec.of("audio", DataType.FP32, Shape.of(-1, -1)),
				new InputConstraint(null, null, List.of(), List.of(), List.of(1L, 400L), false))
			.get(0);
		assertThat(row.get("audio").shape()).isEqualTo(Shape.of(1, 400));
	}

	@Test
	void elementsThatHaveAMeaningOfTheirOwnAreAsTheGraphNeedsThem() {
		NamedTensors row = constrained(TensorSpec.of("axes", DataType.INT64, Shape.of(3)),
				new InputConstraint(0L, 3L, List.of(), List.of(3L, 1L), List.of(), false))
			.get(0);
		assertThat(row.numeric("axes").toLongs()).startsWith(3, 1);
	}

	@Test
	void statesOfRecurrentNetworksAreOfOneRow() {
		ModelSignature signature = signature(TensorSpec.of("audio", DataType.FP32, Shape.of(-1, -1)),
				TensorSpec.of("state", DataType.FP32, Shape.of(2, -1, 128)));
		assertThat(generate(signature, Padding.NONE).get(0).get("state").shape()).isEqualTo(Shape.of(2, 1, 128));
	}

	@Test
	void optionalInputsAreLeftOutAndAnOpenRankIsFilled() {
		ModelSignature signature = signature(TensorSpec.of("x", DataType.FP32, Shape.ANY));
		NamedTensors row = generate(signature, Padding.NONE).get(0);
		signature.check(row);
		assertThat(row.names()).containsExactly("x");
	}

	@Test
	void whenRowsAreLargeThenThereAreFewerAndNoneWhereOneIsTooLarge() {
		ModelSignature signature = signature(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1000)));
		SampleGenerator generator = new SampleGenerator(signature, RowAxes.FIRST, Padding.NONE, Map.of(), Guess.USUAL);
		assertThat(generator.generate(8, 3 * 4000)).hasSize(3);
		assertThat(generator.generate(8, 3999)).isEmpty();
		ModelSignature huge = signature(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1L << 40, 1L << 40)));
		assertThat(new SampleGenerator(huge, RowAxes.FIRST, Padding.NONE, Map.of(), Guess.LEAST).generate(8,
				Long.MAX_VALUE >> 1))
			.isEmpty();
	}

	private static List<NamedTensors> constrained(TensorSpec spec, InputConstraint constraint) {
		return new SampleGenerator(signature(spec), RowAxes.FIRST, Padding.NONE, Map.of(spec.name(), constraint),
				Guess.USUAL)
			.generate(1, 1 << 20);
	}

	private static List<NamedTensors> generate(ModelSignature signature, Padding padding) {
		return new SampleGenerator(signature, RowAxes.FIRST, padding, Map.of(), Guess.USUAL).generate(8, 1 << 30);
	}

	private static ModelSignature signature(TensorSpec... inputs) {
		return new ModelSignature(List.of(inputs), List.of());
	}

}
