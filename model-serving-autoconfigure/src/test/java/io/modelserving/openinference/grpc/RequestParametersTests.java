package io.modelserving.openinference.grpc;

import java.math.BigInteger;
import java.util.Map;

import io.modelserving.grpc.InferParameter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestParameters}.
 */
class RequestParametersTests {

	@Test
	void valuesArePlain() {
		assertThat(RequestParameters.of(Map.of("bool", Messages.parameter(true), "long", Messages.parameter(-1L),
				"double", Messages.parameter(0.5), "string", Messages.parameter("a"))))
			.containsOnly(Map.entry("bool", true), Map.entry("long", -1L), Map.entry("double", 0.5),
					Map.entry("string", "a"));
	}

	@Test
	void unsignedValuesKeepTheirSize() {
		assertThat(RequestParameters.of(Map.of("small", unsigned(7), "large", unsigned(-1))))
			.containsOnly(Map.entry("small", 7L), Map.entry("large", new BigInteger("18446744073709551615")));
	}

	@Test
	void parametersWithoutValueAreLeftOut() {
		assertThat(RequestParameters.of(Map.of("none", InferParameter.getDefaultInstance()))).isEmpty();
	}

	private static InferParameter unsigned(long bits) {
		return InferParameter.newBuilder().setUint64Param(bits).build();
	}

}
