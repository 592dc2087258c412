package io.modelserving.endpoint;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link BeanValidation}.
 */
class BeanValidationTests {

	private final BeanValidation validation = new BeanValidation(
			Validation.buildDefaultValidatorFactory().getValidator());

	@Test
	void whenElementOfListInListIsInvalidThenItIsNamedByItsIndexes() {
		Matrix matrix = new Matrix(List.of(List.of(1, 2), List.of(3, 40)));
		assertThat(this.validation.validate(matrix)).extracting(InvalidField::field).containsExactly("rows[1][1]");
	}

	@Test
	void whenListInListIsInvalidThenItIsNamedByItsIndex() {
		Matrix matrix = new Matrix(List.of(List.of(1, 2), List.of()));
		assertThat(this.validation.validate(matrix)).extracting(InvalidField::field).containsExactly("rows[1]");
	}

	@ParameterizedTest
	@MethodSource("containers")
	void elementsOfRequestAreValidated(Object request, List<String> fields) {
		assertThat(this.validation.validate(request)).extracting(InvalidField::field).isEqualTo(fields);
	}

	static Stream<Arguments> containers() {
		Flower good = new Flower(1, "a");
		Flower bad = new Flower(11, "a");
		Flower worse = new Flower(11, "");
		Map<String, Flower> map = new LinkedHashMap<>();
		map.put("rose", good);
		map.put("tulip", bad);
		return Stream.of(arguments(List.of(), List.of()), arguments(List.of(good, good), List.of()),
				arguments(List.of(good, bad, worse, good),
						List.of("[1].petalLength", "[2].petalLength", "[2].the_name")),
				arguments(new Flower[] { good, bad }, List.of("[1].petalLength")),
				arguments(new Flower[][] { { good }, { good, bad } }, List.of("[1][1].petalLength")),
				arguments(List.of(List.of(good), List.of(bad)), List.of("[1][0].petalLength")),
				arguments(Set.of(bad), List.of("[].petalLength")), arguments(map, List.of("[tulip].petalLength")),
				arguments(Map.of("a", List.of(good, bad)), List.of("[a][1].petalLength")),
				arguments(Optional.of(bad), List.of("petalLength")), arguments(Optional.empty(), List.of()),
				arguments(List.of(Optional.of(bad)), List.of("[0].petalLength")),
				arguments(new ArrayDeque<>(List.of(good, bad)), List.of("[1].petalLength")),
				arguments(Arrays.asList(null, bad), List.of("[1].petalLength")),
				arguments(List.of(1, "a", true, 1.5f, new float[] { 1 }), List.of()),
				arguments(new float[] { 1 }, List.of()), arguments("text", List.of()),
				arguments(List.of(new Bouquet(List.of(good, bad), Map.of(), Optional.empty(), new Flower[0])),
						List.of("[0].flowers[1].petalLength")),
				arguments(
						new Bouquet(List.of(), Map.of("x", List.of(good, bad)), Optional.of(bad), new Flower[] { bad }),
						List.of("array[0].petalLength", "best.petalLength", "by-name[x][1].petalLength")));
	}

	record Flower(@Max(10) double petalLength, @JsonProperty("the_name") @Size(min = 1) String name) {
	}

	record Bouquet(@Valid List<Flower> flowers, @JsonProperty("by-name") Map<String, List<@Valid Flower>> byName,
			Optional<@Valid Flower> best, @Valid Flower[] array) {
	}

	record Matrix(List<@Size(min = 1) List<@Max(9) Integer>> rows) {
	}

}
