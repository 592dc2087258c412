package io.modelserving.serving;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.modelserving.batching.Padding;
import io.modelserving.model.ModelSignature;
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
		for (NamedTensors row : generate(signature, Padding.NONE, 2)) {
			signature.check(row);
			assertThat(row.rowCount()).isEqualTo(1);
		}
	}

	@Test
	void rowsDifferFromEachOtherAndAreTheSameEveryTime() {
		ModelSignature signature = signature(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 3)));
		List<float[]> rows = generate(signature, Padding.NONE, 2).stream()
			.map(row -> row.numeric("x").toFloats())
			.toList();
		assertThat(rows).doesNotHaveDuplicates();
		assertThat(generate(signature, Padding.NONE, 2).get(1).numeric("x").toFloats()).isEqualTo(rows.get(1));
	}

	@Test
	void dimensionsOfOneNameAreOfOneSizeAndMasksAreOnes() {
		ModelSignature signature = signature(IDS, MASK);
		NamedTensors row = generate(signature, Padding.NONE, 1000).get(0);
		signature.check(row);
		assertThat(row.get("input_ids").shape()).isEqualTo(Shape.of(1, 16));
		assertThat(row.numeric("attention_mask").toLongs()).containsOnly(1);
		assertThat(row.numeric("input_ids").toLongs())
			.satisfies(ids -> assertThat(LongStream.of(ids)).allMatch(id -> id >= 0 && id < 1000));
	}

	@Test
	void rowsDifferInLengthAlongAPaddedDimension() {
		Padding padding = new Padding(
				Map.of("input_ids", new Padding.Input(1, 0), "attention_mask", new Padding.Input(1, 0)), Map.of(),
				List.of());
		ModelSignature signature = signature(IDS, MASK);
		List<NamedTensors> rows = generate(signature, padding, 2);
		rows.forEach(signature::check);
		assertThat(rows).extracting(row -> row.get("input_ids").shape().dimension(1)).doesNotHaveDuplicates();
	}

	@Test
	void picturesOfAnySizeAreOfTheUsualOne() {
		ModelSignature signature = signature(TensorSpec.of("image", DataType.FP32, Shape.of(-1, 3, -1, -1)));
		assertThat(generate(signature, Padding.NONE, 2).get(0).get("image").shape())
			.isEqualTo(Shape.of(1, 3, 224, 224));
	}

	private static List<NamedTensors> generate(ModelSignature signature, Padding padding, int integerLimit) {
		return new SampleGenerator(signature, padding, integerLimit).generate(8);
	}

	private static ModelSignature signature(TensorSpec... inputs) {
		return new ModelSignature(List.of(inputs), List.of());
	}

}
