package io.modelserving.sample.embeddings;

import java.util.Collections;
import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.text.TextEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link EmbeddingEndpoint}.
 */
class EmbeddingEndpointTests {

	private static TextEncoder encoder;

	private final EmbeddingEndpoint endpoint = new EmbeddingEndpoint(encoder);

	@BeforeAll
	static void open() throws IOException {
		encoder = new EmbeddingConfiguration().textEncoder(new EmbeddingLimits(100_000, 1_000_000));
	}

	@AfterAll
	static void close() {
		encoder.close();
	}

	@Test
	void whenTextsAreEncodedThenEachHasItsOwnLength() {
		List<NamedTensors> inputs = this.endpoint.encode(request(List.of("Good morning!", "Hello")));
		assertThat(inputs).hasSize(2);
		assertThat(inputs.get(0).numeric("input_ids").toLongs()).containsExactly(101, 2204, 2851, 999, 102);
		assertThat(inputs.get(1).get("input_ids").shape()).isEqualTo(Shape.of(1, 3));
	}

	@Test
	void whenTextIsAloneThenItIsOneItem() {
		assertThat(this.endpoint.encode(request("Hello"))).hasSize(1);
	}

	@Test
	void whenTextsHaveTooManyCharactersThenLimitAndPropertyAreNamed() {
		String properties = "; send less (embeddings.max-characters, embeddings.max-total-characters)";
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.endpoint.encode(request("a ".repeat(5_000_000))))
			.withMessage("input: 10000000 characters are too many for a text, which may have 100000" + properties);
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.endpoint.encode(request(Collections.nCopies(2000, "a ".repeat(300)))))
			.withMessage("input: 1200000 characters are too many for all texts of a request, which may have 1000000"
					+ properties);
	}

	@Test
	void whenInputIsOfTokensThenItIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.endpoint.encode(request(List.of(101, 102))))
			.withMessageContaining("arrays of tokens are not supported");
	}

	@Test
	void whenModelIsAnotherThenTheOneThereIsIsNamed() {
		EmbeddingRequest request = new EmbeddingRequest("Hello", "gpt", null, null, null);
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> this.endpoint.encode(request))
			.withMessageContaining(EmbeddingEndpoint.MODEL);
	}

	@Test
	void whenTokensHaveVectorsThenTheirMeanHasLengthOne() {
		NamedTensors output = NamedTensors.of("last_hidden_state", Tensor.of(Shape.of(1, 2, 2), 3f, 0f, 3f, 8f));
		EmbeddingResponse response = this.endpoint.decode(request("Hello"), List.of(output));
		assertThat((float[]) response.data().get(0).embedding()).containsExactly(0.6f, 0.8f);
		assertThat(response.usage().totalTokens()).isEqualTo(2);
	}

	@Test
	void whenBase64IsAskedForThenNumbersAreLittleEndian() {
		EmbeddingRequest request = new EmbeddingRequest("Hello", EmbeddingEndpoint.MODEL, "base64", null, null);
		NamedTensors output = NamedTensors.of("last_hidden_state", Tensor.of(Shape.of(1, 1, 1), 5f));
		assertThat(this.endpoint.decode(request, List.of(output)).data().get(0).embedding()).isEqualTo("AACAPw==");
	}

	private static EmbeddingRequest request(Object input) {
		return new EmbeddingRequest(input, EmbeddingEndpoint.MODEL, null, null, null);
	}

}
