package io.modelserving.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Makes texts into the inputs of a transformer, by the {@code tokenizer.json} that
 * belongs to the model. Needs the library {@code ai.djl.huggingface:tokenizers}, which
 * brings the tokenizers of Hugging Face; nothing is downloaded. Thread-safe.
 * <p>
 * The tokenizer reads a text whole, also what is cut off afterwards, and takes about half
 * a kilobyte of native memory for each character; a process that has no such memory left
 * ends. So the characters are limited before it sees them.
 */
public final class TextEncoder implements AutoCloseable {

	/** Numbers of the tokens, {@code INT64 [1, length]}. */
	public static final String INPUT_IDS = "input_ids";

	/** 1 for each token, {@code INT64 [1, length]}. */
	public static final String ATTENTION_MASK = "attention_mask";

	/**
	 * 0 for the tokens of the first text, 1 for the second, {@code INT64 [1, length]}.
	 */
	public static final String TOKEN_TYPE_IDS = "token_type_ids";

	/** The most characters of a text, unless the encoder is given another limit. */
	public static final int MAX_CHARACTERS = 100_000;

	/** The most characters of all texts of a request, unless there is another limit. */
	public static final int MAX_TOTAL_CHARACTERS = 1_000_000;

	private static final List<String> NAMES = List.of(INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS);

	private final Tokenizer tokenizer;

	private final List<String> names;

	private final int maxCharacters;

	private final int maxTotalCharacters;

	private TextEncoder(Tokenizer tokenizer, List<String> names, int maxCharacters, int maxTotalCharacters) {
		this.tokenizer = tokenizer;
		this.names = names;
		this.maxCharacters = maxCharacters;
		this.maxTotalCharacters = maxTotalCharacters;
	}

	/**
	 * Read a tokenizer.
	 * @param tokenizer the content of a {@code tokenizer.json}, which is closed
	 * afterwards
	 * @param maxLength the most tokens of an encoded text, those that the model adds
	 * included; longer texts are cut off at their end
	 * @return the encoder
	 * @throws IllegalArgumentException if the content cannot be read or is no tokenizer,
	 * or the length is below 1
	 */
	public static TextEncoder of(InputStream tokenizer, int maxLength) {
		return read(tokenizer, "the content", maxLength);
	}

	private static TextEncoder read(InputStream tokenizer, Object name, int maxLength) {
		if (maxLength < 1) {
			throw new IllegalArgumentException("max length is %d; it must be at least 1".formatted(maxLength));
		}
		try (tokenizer) {
			return new TextEncoder(Tokenizer.read(tokenizer, maxLength), NAMES, MAX_CHARACTERS, MAX_TOTAL_CHARACTERS);
		}
		catch (IOException | IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"%s cannot be read as a tokenizer.json: %s".formatted(name, ex.getMessage()), ex);
		}
	}

	/**
	 * Read a tokenizer from a file.
	 * @param tokenizer the {@code tokenizer.json}, or the directory that holds it
	 * @param maxLength as in {@link #of(InputStream, int)}
	 * @return the encoder
	 * @throws IllegalArgumentException if the file is missing or no tokenizer, or the
	 * length is below 1
	 */
	public static TextEncoder of(Path tokenizer, int maxLength) {
		Path file = Files.isDirectory(tokenizer) ? tokenizer.resolve("tokenizer.json") : tokenizer;
		try {
			return read(Files.newInputStream(file), file, maxLength);
		}
		catch (NoSuchFileException ex) {
			throw new IllegalArgumentException("%s does not exist".formatted(file), ex);
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("%s cannot be read: %s".formatted(file, ex.getMessage()), ex);
		}
	}

	/**
	 * Give only some of the inputs, for models that do not take all three.
	 * @param names some of {@link #INPUT_IDS}, {@link #ATTENTION_MASK} and
	 * {@link #TOKEN_TYPE_IDS}
	 * @return an encoder that shares this one's tokenizer, and is closed with it
	 */
	public TextEncoder withInputs(String... names) {
		if (names.length == 0 || !Set.copyOf(NAMES).containsAll(List.of(names))) {
			throw new IllegalArgumentException("inputs %s: there are %s".formatted(List.of(names), NAMES));
		}
		return new TextEncoder(this.tokenizer, List.of(names), this.maxCharacters, this.maxTotalCharacters);
	}

	/**
	 * Take longer or shorter texts.
	 * @param text the most characters of a text, or of a pair of texts together
	 * @param total the most characters of all texts of a list
	 * @return an encoder that shares this one's tokenizer, and is closed with it
	 */
	public TextEncoder withMaxCharacters(int text, int total) {
		if (text < 1 || total < text) {
			throw new IllegalArgumentException(
					"at most %d characters of a text and %d of all texts: the first must be at least 1, the second at least the first"
						.formatted(text, total));
		}
		return new TextEncoder(this.tokenizer, this.names, text, total);
	}

	/**
	 * Encode a text.
	 * @param text the text
	 * @return the inputs, of one row, as long as the text has tokens
	 * @throws InvalidInput if the text has more characters than the encoder takes
	 * @throws IllegalStateException if the encoder is closed
	 */
	public NamedTensors encode(String text) {
		requireAtMost(this.maxCharacters, text.length(), "a text");
		return tensors(this.tokenizer.tokenize(text, null));
	}

	/**
	 * Encode two texts together, for models that compare them.
	 * @param text the first text
	 * @param pair the second text; the longer one is cut off first
	 * @return the inputs, of one row
	 * @throws InvalidInput if the texts have more characters than the encoder takes
	 * @throws IllegalStateException if the encoder is closed
	 */
	public NamedTensors encode(String text, String pair) {
		requireAtMost(this.maxCharacters, (long) text.length() + pair.length(), "a pair of texts");
		return tensors(this.tokenizer.tokenize(text, pair));
	}

	/**
	 * Encode the texts of a request, each by itself.
	 * @param texts the texts
	 * @return the inputs of each
	 * @throws InvalidInput if one of the texts, or all together, have more characters
	 * than the encoder takes; none is encoded then
	 * @throws IllegalStateException if the encoder is closed
	 */
	public List<NamedTensors> encode(List<String> texts) {
		long total = 0;
		for (String text : texts) {
			requireAtMost(this.maxCharacters, text.length(), "a text");
			total += text.length();
		}
		requireAtMost(this.maxTotalCharacters, total, "all texts of a request");
		return texts.stream().map(this::encode).toList();
	}

	private static void requireAtMost(int most, long characters, String what) {
		if (characters > most) {
			throw new InvalidInput("%d characters are too many for %s, which may have %d; send less"
				.formatted(characters, what, most));
		}
	}

	private NamedTensors tensors(Tokenizer.Tokens tokens) {
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		for (String name : this.names) {
			long[] values = values(tokens, name);
			tensors.put(name, Tensor.of(Shape.of(1, values.length), values));
		}
		return NamedTensors.of(tensors);
	}

	private static long[] values(Tokenizer.Tokens tokens, String name) {
		return switch (name) {
			case INPUT_IDS -> tokens.ids();
			case ATTENTION_MASK -> tokens.attentionMask();
			default -> tokens.typeIds();
		};
	}

	/**
	 * Free the tokenizer's memory, once the calls under way have ended.
	 */
	@Override
	public void close() {
		this.tokenizer.close();
	}

}
