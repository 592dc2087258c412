package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.ExecutionFailed;

/**
 * Reads strings from the runtime. Its Java API reads them as the JVM's modified UTF-8, so
 * U+0000 cuts them off and what lies outside of the Basic Multilingual Plane comes out as
 * other characters, and afterwards nobody can tell. So a model first matches the strings,
 * where they are, against a regular expression; those that the Java API cannot read are
 * taken apart by another model, which gives two hashes of each character as numbers.
 * Thread-safe; never closed.
 */
final class TextReader {

	private static final String READABLE = "[\\x{1}-\\x{FFFF}]*";

	private final OrtEnvironment environment;

	private final OrtSession readable;

	private @Nullable OrtSession characters;

	TextReader(OrtEnvironment environment) throws OrtException {
		this.environment = environment;
		this.readable = TextWriter.session(environment, TextModels.matches(READABLE));
	}

	/**
	 * Read the strings of a tensor.
	 * @param name the name of the output, for the error message
	 * @param strings the tensor, not empty
	 * @return its strings, row-major
	 * @throws OrtException if the runtime fails
	 * @throws ExecutionFailed if one of them is not text
	 */
	List<String> read(String name, OnnxTensor strings) throws OrtException {
		List<String> elements = readPlain(strings);
		try (Result result = this.readable.run(Map.of(TextModels.INPUT, strings))) {
			ByteBuffer matches = ((OnnxTensor) result.get(0)).getByteBuffer();
			for (int i = 0; i < elements.size(); i++) {
				if (matches.get(i) == 0) {
					elements.set(i, readCharacters(name, strings, i));
				}
			}
		}
		return elements;
	}

	private String readCharacters(String name, OnnxTensor strings, int index) throws OrtException {
		OrtSession session = characters(name, index);
		ByteBuffer position = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
		LongBuffer indices = position.putLong(0, index).asLongBuffer();
		try (OnnxTensor element = OnnxTensor.createTensor(this.environment, indices, new long[] { 1 });
				Result result = session.run(Map.of(TextModels.INPUT, strings, TextModels.INDEX, element))) {
			IntBuffer hashes = ((OnnxTensor) result.get(0)).getIntBuffer();
			IntBuffer seconds = ((OnnxTensor) result.get(1)).getIntBuffer();
			StringBuilder text = new StringBuilder(hashes.remaining());
			while (hashes.hasRemaining()) {
				int codePoint = CharacterHashes.codePoint(hashes.get(), seconds.get());
				if (codePoint < 0) {
					throw unreadable(name, index, null);
				}
				text.appendCodePoint(codePoint);
			}
			return text.toString();
		}
		catch (OrtException ex) {
			throw unreadable(name, index, ex);
		}
	}

	private synchronized OrtSession characters(String name, int index) {
		try {
			if (this.characters == null) {
				this.characters = TextWriter.session(this.environment,
						TextModels.characterHashes(CharacterHashes.SEED, CharacterHashes.SECOND_SEED));
			}
			return this.characters;
		}
		catch (OrtException ex) {
			throw unreadable(name, index, ex);
		}
	}

	private static ExecutionFailed unreadable(String name, int index, @Nullable OrtException cause) {
		return new ExecutionFailed("output \"%s\": element %d is not text in UTF-8".formatted(name, index), cause);
	}

	/**
	 * Read the strings of a tensor as the Java API does.
	 * @param strings the tensor, not empty
	 * @return its strings, row-major
	 * @throws OrtException if the runtime fails
	 */
	static List<String> readPlain(OnnxTensor strings) throws OrtException {
		List<String> elements = new ArrayList<>();
		flatten(strings.getValue(), elements);
		return elements;
	}

	private static void flatten(Object value, List<String> elements) {
		if (value instanceof Object[] array) {
			for (Object element : array) {
				flatten(element, elements);
			}
		}
		else {
			elements.add((String) value);
		}
	}

}
