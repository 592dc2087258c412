package io.modelserving.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Finds the files in which an ONNX model has its weights, other than its own: the
 * {@code location} entries of {@code TensorProto.external_data} (onnx.proto), wherever in
 * the model there are tensors.
 */
public final class ExternalData {

	/** As deep as Protocol Buffers' own readers go. */
	private static final int MAX_DEPTH = 100;

	/** Where the runtime's other format, which has no external data, says what it is. */
	private static final String ORT_FORMAT = "ORTM";

	private static final int ORT_FORMAT_OFFSET = 4;

	private final SortedSet<String> locations = new TreeSet<>();

	private ExternalData() {
	}

	/**
	 * Return the files that a model refers to.
	 * @param model the file of the model
	 * @return their locations as the model has them, relative to it if all is well;
	 * nothing is known of whether they exist
	 * @throws InvalidInput if the file is not a whole message of Protocol Buffers
	 * @throws IOException if the file cannot be read
	 */
	public static SortedSet<String> locations(Path model) throws IOException {
		try (FileChannel channel = FileChannel.open(model)) {
			if (channel.size() > Integer.MAX_VALUE) {
				throw new InvalidInput("it has more than 2 GB, which no ONNX model has without external data");
			}
			return locations(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
		}
	}

	static SortedSet<String> locations(ByteBuffer model) {
		ExternalData found = new ExternalData();
		if (!isOrtFormat(model)) {
			found.read(OnnxMessage.MODEL, model, 0);
		}
		return found.locations;
	}

	private static boolean isOrtFormat(ByteBuffer model) {
		int length = ORT_FORMAT.length();
		return model.remaining() >= ORT_FORMAT_OFFSET + length
				&& StandardCharsets.US_ASCII.decode(model.slice(model.position() + ORT_FORMAT_OFFSET, length))
					.toString()
					.equals(ORT_FORMAT);
	}

	private void read(OnnxMessage message, ByteBuffer content, int depth) {
		if (depth > MAX_DEPTH) {
			throw new InvalidInput("broken protobuf: more than %d messages inside of each other".formatted(MAX_DEPTH));
		}
		ProtobufReader reader = new ProtobufReader(content);
		while (reader.next()) {
			OnnxMessage inner = message.at(reader.field());
			if (inner == null || reader.wireType() != ProtobufReader.LENGTH_DELIMITED) {
				reader.skip();
			}
			else if (inner == OnnxMessage.EXTERNAL_DATA) {
				readEntry(reader.bytes());
			}
			else {
				read(inner, reader.bytes(), depth + 1);
			}
		}
	}

	private void readEntry(ByteBuffer content) {
		String key = "";
		String value = "";
		ProtobufReader reader = new ProtobufReader(content);
		while (reader.next()) {
			if (reader.wireType() != ProtobufReader.LENGTH_DELIMITED) {
				reader.skip();
				continue;
			}
			String text = StandardCharsets.UTF_8.decode(reader.bytes()).toString();
			switch (reader.field()) {
				case 1 -> key = text;
				case 2 -> value = text;
				default -> {
				}
			}
		}
		if (key.equals("location")) {
			this.locations.add(value);
		}
	}

}
