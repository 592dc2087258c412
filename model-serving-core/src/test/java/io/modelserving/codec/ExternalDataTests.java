package io.modelserving.codec;

import java.nio.ByteBuffer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.InferenceException.InvalidInput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ExternalData}.
 */
class ExternalDataTests {

	/** The numbers of the fields from a model to a tensor, as onnx.proto has them. */
	@ParameterizedTest
	@ValueSource(strings = { "7 5", "7 15 1", "7 15 2", "7 1 5 5", "7 1 5 10", "7 1 5 22 1", "7 1 5 23 2", "7 1 5 6 5",
			"7 1 5 11 1 5 6 5", "25 7 5 5", "25 11 5", "20 1 5", "20 2 1 5 5" })
	void whereverATensorIsThenItsFileIsFound(String fields) {
		byte[] model = tensorIn("weights.bin");
		String[] path = fields.split(" ");
		for (int i = path.length - 1; i >= 0; i--) {
			model = new ProtobufWriter().text(60, "name").bytes(Integer.parseInt(path[i]), model).toByteArray();
		}
		assertThat(ExternalData.locations(ByteBuffer.wrap(model))).containsExactly("weights.bin");
	}

	@Test
	void whenSeveralTensorsAreInOneFileThenItIsThereOnce() {
		byte[] graph = new ProtobufWriter().bytes(5, tensorIn("b"))
			.bytes(5, tensorIn("a"))
			.bytes(5, tensorIn("b"))
			.toByteArray();
		assertThat(ExternalData.locations(ByteBuffer.wrap(new ProtobufWriter().bytes(7, graph).toByteArray())))
			.containsExactly("a", "b");
	}

	@Test
	void whenTheFileBreaksOffThenItIsRefusedWhereverItDoes() {
		byte[] model = new ProtobufWriter()
			.bytes(7, new ProtobufWriter().bytes(5, tensorIn("weights.bin")).toByteArray())
			.toByteArray();
		for (int length = 1; length < model.length; length++) {
			ByteBuffer part = ByteBuffer.wrap(model, 0, length);
			assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> ExternalData.locations(part));
		}
	}

	@Test
	void whenMessagesAreInsideOfEachOtherWithoutEndThenTheFileIsRefused() {
		byte[] model = new byte[0];
		for (int i = 0; i < 200; i++) {
			byte[] node = new ProtobufWriter().bytes(5, new ProtobufWriter().bytes(6, model).toByteArray())
				.toByteArray();
			model = new ProtobufWriter().bytes(1, node).toByteArray();
		}
		byte[] deep = new ProtobufWriter().bytes(7, model).toByteArray();
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> ExternalData.locations(ByteBuffer.wrap(deep)))
			.withMessageContaining("more than 100 messages inside of each other");
	}

	@Test
	void whenTheFileIsInTheRuntimesOwnFormatThenThereIsNoExternalData() {
		byte[] file = "\u0001\u0002\u0003\u0004ORTM and more".getBytes();
		assertThat(ExternalData.locations(ByteBuffer.wrap(file))).isEmpty();
	}

	private static byte[] tensorIn(String file) {
		return new ProtobufWriter().text(8, "weight")
			.bytes(13, new ProtobufWriter().text(1, "offset").text(2, "0").toByteArray())
			.bytes(13, new ProtobufWriter().text(1, "location").text(2, file).toByteArray())
			.varint(14, 1)
			.toByteArray();
	}

}
