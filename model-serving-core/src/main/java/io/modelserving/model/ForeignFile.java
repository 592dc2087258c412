package io.modelserving.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Detects by its first bytes what a file is that is not an ONNX model.
 *
 * @param description what it is, as the end of a sentence about the file
 * @param action what to do
 */
public record ForeignFile(String description, String action) {

	private static final int HEAD = 512;

	/** A pointer of Git LFS has three short lines. */
	private static final int LARGEST_POINTER = 1024;

	private static final int MOST_SIBLINGS = 1000;

	private static final String POINTER = "version https://git-lfs.github.com/spec/";

	private static final String EXPORT = "Export the model to the ONNX format with the tool of its framework";

	/**
	 * Look at a file that is no ONNX model.
	 * @param file the file
	 * @return what it is, {@code null} if that is not known
	 */
	static @Nullable ForeignFile of(Path file) {
		try (InputStream in = Files.newInputStream(file)) {
			return of(in.readNBytes(HEAD));
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Describe that a file is no ONNX model.
	 * @param file the file
	 * @param detail why it is none, for files of unknown kinds
	 * @param cause the failure that showed it
	 * @return the exception to throw
	 */
	public static InvalidModelException failure(Path file, String detail, @Nullable Throwable cause) {
		ForeignFile foreign = of(file);
		return (foreign != null) ? new InvalidModelException("%s is not an ONNX model but %s".formatted(file, foreign
			.description()), foreign.action()
					+ " The property model-serving.models.<name>.location names the file, or it lies in the repository.",
				false, cause)
				: new InvalidModelException(
						"%s is not an ONNX model, or only a part of one: %s".formatted(file, detail),
						"Name a file in the ONNX format in model-serving.models.<name>.location."
								+ " If it should be one, copy or export it again.",
						false, cause);
	}

	static @Nullable ForeignFile of(byte[] head) {
		String raw = new String(head, StandardCharsets.ISO_8859_1);
		String text = new String(head, StandardCharsets.UTF_8).replace("\uFEFF", "").strip().toLowerCase(Locale.ROOT);
		if (raw.startsWith(POINTER)) {
			return new ForeignFile("a pointer of Git LFS, not the file itself",
					"Run \"git lfs pull\" where the files come from, and copy the model again.");
		}
		if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
			return new ForeignFile("an HTML page",
					"Download the file itself: what was fetched is a web page, such as a login, an error, or the page"
							+ " about the file.");
		}
		ForeignFile framework = ofFramework(raw);
		return (framework != null) ? framework : ofText(text, raw);
	}

	private static @Nullable ForeignFile ofFramework(String raw) {
		if (raw.startsWith("PK\3\4")) {
			return raw.contains("data.pkl") ? pytorch() : new ForeignFile("a ZIP archive",
					"Unpack it and name the .onnx file in it. If a framework saved it"
							+ " (PyTorch, Keras), export the model to the ONNX format with the tool of the framework.");
		}
		if (raw.length() > 1 && raw.charAt(0) == 0x80 && raw.charAt(1) >= 2 && raw.charAt(1) <= 5) {
			return raw.contains("torch") || raw.startsWith("\u0080\2\u008a\nl\u00fc") ? pytorch() : new ForeignFile(
					"a pickle of Python", EXPORT + ": torch.onnx.export for PyTorch, skl2onnx for scikit-learn.");
		}
		if (raw.startsWith("TFL3", 4)) {
			return new ForeignFile("a model of TensorFlow Lite", EXPORT + ": tf2onnx with --tflite.");
		}
		if (raw.startsWith("\u0089HDF\r\n\u001a\n")) {
			return new ForeignFile("an HDF5 file, as Keras writes them", EXPORT + ": tf2onnx.");
		}
		if (raw.startsWith("\b\1\u0012") && raw.contains("\n") && (raw.contains("serve") || raw.contains("saved_model"))
				|| raw.startsWith("\n") && raw.length() > 2 && raw.charAt(2) == '\n') {
			return new ForeignFile("a graph of TensorFlow", EXPORT + ": tf2onnx with --saved-model or --graphdef.");
		}
		if (raw.startsWith("GGUF")) {
			return new ForeignFile("a GGUF file of llama.cpp", EXPORT + "; GGUF files are not served here.");
		}
		if (raw.startsWith("\u001f\u008b")) {
			return new ForeignFile("compressed with gzip", "Unpack it and name the .onnx file.");
		}
		if (raw.startsWith("\u0093NUMPY")) {
			return new ForeignFile("an array of NumPy, not a model", "Name a file in the ONNX format.");
		}
		boolean safetensors = raw.length() > 9 && raw.startsWith("{\"", 8) && raw.startsWith("\0\0\0\0", 4);
		return safetensors ? new ForeignFile("a safetensors file, which holds weights without a graph",
				EXPORT + ": optimum-cli export onnx for models of Hugging Face.") : null;
	}

	private static ForeignFile pytorch() {
		return new ForeignFile("a checkpoint of PyTorch", EXPORT + ": torch.onnx.export.");
	}

	private static @Nullable ForeignFile ofText(String text, String raw) {
		if (text.startsWith("{") || text.startsWith("[")) {
			return new ForeignFile("JSON",
					"Name a file in the ONNX format; if this is the response of a server, fetch the file itself.");
		}
		if (text.startsWith("<?xml") || text.startsWith("<")) {
			return new ForeignFile("XML", "Name a file in the ONNX format.");
		}
		boolean printable = !raw.isEmpty()
				&& raw.chars().allMatch((c) -> c >= 0x20 && c != 0x7f || c == '\n' || c == '\r' || c == '\t');
		return printable ? new ForeignFile("a text", "Name a file in the ONNX format.") : null;
	}

	/**
	 * Find a file beside a model to which the model refers and of which Git LFS has left
	 * a pointer. The runtime would take the text of the pointer for weights where it is
	 * long enough.
	 * @param model the file of the model
	 * @return the file, {@code null} if there is none
	 */
	public static @Nullable Path pointerBeside(Path model) {
		int left = MOST_SIBLINGS;
		try (DirectoryStream<Path> siblings = Files.newDirectoryStream(model.toAbsolutePath().getParent())) {
			for (Path sibling : siblings) {
				if (left-- == 0) {
					break;
				}
				if (isPointer(sibling) && !sibling.getFileName().equals(model.getFileName())
						&& mentions(model, sibling.getFileName().toString())) {
					return sibling;
				}
			}
		}
		catch (IOException ex) {
			// what cannot be read here is for the runtime to find
		}
		return null;
	}

	private static boolean isPointer(Path file) throws IOException {
		if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_POINTER || !Files.isReadable(file)) {
			return false;
		}
		return Files.readString(file, StandardCharsets.ISO_8859_1).startsWith(POINTER);
	}

	private static boolean mentions(Path file, String name) throws IOException {
		byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
		String pattern = new String(wanted, StandardCharsets.ISO_8859_1);
		try (InputStream in = Files.newInputStream(file)) {
			String before = "";
			for (byte[] chunk = in.readNBytes(1 << 20); chunk.length > 0; chunk = in.readNBytes(1 << 20)) {
				String text = before + new String(chunk, StandardCharsets.ISO_8859_1);
				if (text.contains(pattern)) {
					return true;
				}
				before = text.substring(Math.max(0, text.length() - pattern.length()));
			}
		}
		return false;
	}

}
