package io.modelserving.model.graph;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

import io.modelserving.onnx.schema.ModelProto;
import io.modelserving.onnx.schema.StringStringEntryProto;
import io.modelserving.onnx.schema.TensorProto;

/**
 * Finds the files in which an ONNX model has its weights, other than its own: the
 * {@code location} entries of {@code TensorProto.external_data}, wherever in the graph or
 * in functions there are tensors.
 */
public final class ExternalData {

	/**
	 * Begins, after four bytes, the runtime's other format, which has no external data.
	 */
	private static final String ORT_FORMAT = "ORTM";

	private ExternalData() {
	}

	/**
	 * Return the files that a model refers to.
	 * @param model the file of the model
	 * @return their locations as the model has them, relative to it if all is well;
	 * nothing is known of whether they exist
	 * @throws IllegalArgumentException if the file is not in the ONNX format, or not
	 * whole; the message says what is wrong
	 * @throws IOException if the file cannot be read
	 */
	public static SortedSet<String> locations(Path model) throws IOException {
		try (InputStream stream = Files.newInputStream(model)) {
			return locations(stream);
		}
	}

	static SortedSet<String> locations(InputStream stream) throws IOException {
		SortedSet<String> locations = new TreeSet<>();
		PushbackInputStream model = new PushbackInputStream(stream, 8);
		byte[] head = model.readNBytes(8);
		model.unread(head);
		if (!new String(head, StandardCharsets.ISO_8859_1).endsWith(ORT_FORMAT)) {
			try {
				collect(GraphReader.model(model), locations);
			}
			catch (InvalidProtocolBufferException ex) {
				throw new IllegalArgumentException(ex.getMessage(), ex);
			}
		}
		return locations;
	}

	private static void collect(Object value, SortedSet<String> locations) {
		if (value instanceof TensorProto tensor) {
			tensor.getExternalDataList()
				.stream()
				.filter((entry) -> entry.getKey().equals("location"))
				.forEach((entry) -> locations.add(entry.getValue()));
		}
		else if (value instanceof Message message) {
			message.getAllFields().values().forEach((field) -> collect(field, locations));
		}
		else if (value instanceof Collection<?> values) {
			values.forEach((element) -> collect(element, locations));
		}
	}

	/**
	 * Return a model that has its weights elsewhere.
	 * @param model the file of the model
	 * @param locations gives the new location for one as the model has it
	 * @return the model, with nothing else changed
	 * @throws IllegalArgumentException if the file is not in the ONNX format
	 * @throws IOException if the file cannot be read
	 */
	public static byte[] relocate(Path model, UnaryOperator<String> locations) throws IOException {
		try (InputStream stream = Files.newInputStream(model)) {
			CodedInputStream input = CodedInputStream.newInstance(stream);
			input.setSizeLimit(Integer.MAX_VALUE);
			return relocate(ModelProto.parseFrom(input), locations).toByteArray();
		}
		catch (InvalidProtocolBufferException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	private static Message relocate(Message message, UnaryOperator<String> locations) {
		if (message instanceof StringStringEntryProto) {
			return message;
		}
		Message.Builder builder = message.toBuilder();
		if (builder instanceof TensorProto.Builder tensor) {
			tensor.getExternalDataBuilderList()
				.stream()
				.filter((entry) -> entry.getKey().equals("location"))
				.forEach((entry) -> entry.setValue(locations.apply(entry.getValue())));
			return tensor.build();
		}
		message.getAllFields().forEach((field, value) -> {
			if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
				if (field.isRepeated()) {
					for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
						builder.setRepeatedField(field, i,
								relocate((Message) message.getRepeatedField(field, i), locations));
					}
				}
				else {
					builder.setField(field, relocate((Message) value, locations));
				}
			}
		});
		return builder.build();
	}

}
