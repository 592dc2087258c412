package io.modelserving.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link NamedTensors}.
 */
class NamedTensorsTests {

	private final NumericTensor numbers = Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f);

	private final StringTensor strings = Tensor.of(Shape.of(2), "a", "b");

	private final NamedTensors both = NamedTensors.of("z", this.numbers, "a", this.strings);

	@Test
	void namesKeepTheirOrder() {
		assertThat(this.both.names()).containsExactly("z", "a");
		assertThat(this.both.select(List.of("a", "z")).names()).containsExactly("a", "z");
		assertThat(this.both.select(List.of("a")).names()).containsExactly("a");
	}

	@Test
	void whenTheMapIsChangedLaterThenTheTensorsStayAsTheyWere() {
		Map<String, Tensor> map = new LinkedHashMap<>(Map.of("z", this.numbers));
		NamedTensors tensors = NamedTensors.of(map);
		map.clear();
		assertThat(tensors.contains("z")).isTrue();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> tensors.asMap().clear());
	}

	@Test
	void whenANameIsUnknownThenTheMessageListsTheKnown() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.both.get("x"))
			.withMessage("no tensor \"x\"; there are [z, a]");
		assertThatIllegalArgumentException().isThrownBy(() -> this.both.select(List.of("x")));
	}

	@Test
	void whenATensorIsOfTheOtherKindThenTheMessageSaysSo() {
		assertThat(this.both.numeric("z")).isSameAs(this.numbers);
		assertThat(this.both.strings("a")).isSameAs(this.strings);
		assertThatIllegalArgumentException().isThrownBy(() -> this.both.numeric("a"))
			.withMessage("tensor \"a\" holds strings, not numbers");
		assertThatIllegalArgumentException().isThrownBy(() -> this.both.strings("z"))
			.withMessage("tensor \"z\" holds FP32[2, 2], not strings");
	}

	@Test
	void rowCountIsTheSharedFirstDimension() {
		assertThat(this.both.rowCount()).isEqualTo(2);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> NamedTensors.of("a", this.numbers, "b", Tensor.of(Shape.of(3), 1, 2, 3)).rowCount())
			.withMessage("tensor \"b\" has 3 rows where the tensors before it have 2");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> NamedTensors.of("a", this.numbers, "b", Tensor.of(Shape.of(), 1)).rowCount())
			.withMessage("tensor \"b\" is a scalar and has no rows");
		assertThatIllegalArgumentException().isThrownBy(() -> NamedTensors.of(Map.of()).rowCount())
			.withMessage("there are no tensors, so no rows");
	}

	@Test
	void slicesCutEveryTensor() {
		NamedTensors row = this.both.slice(1, 2);
		assertThat(row.numeric("z").toFloats()).containsExactly(3f, 4f);
		assertThat(row.strings("a").elements()).containsExactly("b");
	}

	@Test
	void concatenationIsTheInverseOfSlicing() {
		List<NamedTensors> rows = List.of(this.both.slice(0, 1), this.both.slice(1, 2), this.both.slice(1, 1));
		NamedTensors joined = NamedTensors.concatenate(rows);
		assertThat(joined.names()).containsExactly("z", "a");
		assertThat(joined.get("z").shape()).isEqualTo(Shape.of(2, 2));
		assertThat(joined.numeric("z").toFloats()).containsExactly(1f, 2f, 3f, 4f);
		assertThat(joined.numeric("z").isDirect()).isFalse();
		assertThat(joined.strings("a").elements()).containsExactly("a", "b");
	}

	@Test
	void concatenationInAWorkspaceIsDirectAndOverwrittenByTheNext() {
		Workspace workspace = new Workspace();
		NamedTensors first = NamedTensors.concatenate(List.of(this.both, this.both), workspace);
		assertThat(first.numeric("z").isDirect()).isTrue();
		assertThat(first.numeric("z").toFloats()).containsExactly(1f, 2f, 3f, 4f, 1f, 2f, 3f, 4f);
		NamedTensors row = this.both.slice(1, 2);
		NamedTensors second = NamedTensors.concatenate(List.of(row, row), workspace);
		assertThat(second.numeric("z").toFloats()).containsExactly(3f, 4f, 3f, 4f);
		assertThat(first.numeric("z").toFloats()).startsWith(3f, 4f, 3f, 4f);
	}

	@Test
	void whenPartsDoNotFitTogetherThenConcatenationIsRejected() {
		NamedTensors narrow = NamedTensors.of("z", Tensor.of(Shape.of(1, 1), 1f), "a", this.strings);
		assertThatIllegalArgumentException().isThrownBy(() -> NamedTensors.concatenate(List.of(this.both, narrow)))
			.withMessage("tensor \"z\": rows of FP32[2, 2] and of FP32[1, 1] do not fit together");
		NamedTensors integers = NamedTensors.of("z", Tensor.of(Shape.of(1, 2), 1, 2), "a", this.strings);
		assertThatIllegalArgumentException().isThrownBy(() -> NamedTensors.concatenate(List.of(this.both, integers)))
			.withMessage("tensor \"z\": rows of FP32[2, 2] and of INT32[1, 2] do not fit together");
		NamedTensors fewer = NamedTensors.of("z", this.numbers);
		assertThatIllegalArgumentException().isThrownBy(() -> NamedTensors.concatenate(List.of(this.both, fewer)));
		assertThatIllegalArgumentException().isThrownBy(() -> NamedTensors.concatenate(List.of(fewer, this.both)))
			.withMessage("tensors [z] and tensors [z, a] do not fit together");
	}

	@Test
	void directTensorsAreLeftWhereTheyAre() {
		Workspace workspace = new Workspace();
		NamedTensors direct = this.both.toDirect(workspace);
		assertThat(direct.numeric("z").isDirect()).isTrue();
		assertThat(direct.numeric("z").toFloats()).containsExactly(1f, 2f, 3f, 4f);
		assertThat(direct.get("a")).isSameAs(this.strings);
		assertThat(direct.toDirect(workspace).get("z")).isSameAs(direct.get("z"));
	}

}
