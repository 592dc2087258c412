package io.modelserving.model.graph;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;

import io.modelserving.onnx.schema.AttributeProto;
import io.modelserving.onnx.schema.ModelProto;
import io.modelserving.onnx.schema.TensorProto;
import org.jspecify.annotations.Nullable;

/**
 * Reads the graph of a file in the ONNX format. It walks the fields of the file along the
 * schema, leaves out what the schema does not know and elements that take more than
 * {@value #ELEMENT_LIMIT} bytes, and parses what is left. Used once, by one thread.
 */
final class GraphReader {

	/**
	 * Field of an attribute whose elements were left out. The schema does not know it.
	 */
	static final int LEFT_OUT = (1 << 29) - 1;

	private static final int ELEMENT_LIMIT = 64 * 1024;

	private static final int SIZE_LIMIT = 64 * 1024 * 1024;

	private static final int FIELD_LIMIT = 2_000_000;

	private static final int DEPTH_LIMIT = 90;

	private static final Map<Descriptor, Set<Integer>> ELEMENTS = Map.of(TensorProto.getDescriptor(),
			Set.of(4, 5, 6, 7, 9, 10, 11), AttributeProto.getDescriptor(), Set.of(4, 7, 8, 9));

	private final CodedInputStream input;

	private long size;

	private int fields;

	private GraphReader(CodedInputStream input) {
		this.input = input;
	}

	static ModelGraph read(Path file) throws IOException {
		try (InputStream stream = Files.newInputStream(file)) {
			return read(stream);
		}
	}

	/**
	 * Return what a file is, but for what is left out.
	 */
	static ModelProto model(InputStream stream) throws IOException {
		CodedInputStream input = CodedInputStream.newInstance(stream, 64 * 1024);
		input.setSizeLimit(Integer.MAX_VALUE);
		return ModelProto.parseFrom(new GraphReader(input).message(ModelProto.getDescriptor(), 0));
	}

	static ModelGraph read(InputStream stream) throws IOException {
		ModelProto model = model(stream);
		if (!model.hasGraph()) {
			throw new IOException("the file holds no graph in the ONNX format");
		}
		return GraphMapper.map(model);
	}

	/**
	 * Read one message up to the current limit and return what is kept of it.
	 */
	private byte[] message(Descriptor type, int depth) throws IOException {
		if (depth > DEPTH_LIMIT) {
			throw new InvalidProtocolBufferException(
					"the graph is nested more than %d messages deep".formatted(DEPTH_LIMIT));
		}
		Set<Integer> elementFields = ELEMENTS.getOrDefault(type, Set.of());
		ByteArrayOutputStream kept = new ByteArrayOutputStream();
		CodedOutputStream output = CodedOutputStream.newInstance(kept, 512);
		Map<Integer, Elements> elements = new HashMap<>();
		while (true) {
			int tag = this.input.readTag();
			if (tag == 0) {
				break;
			}
			int number = WireFormat.getTagFieldNumber(tag);
			FieldDescriptor field = type.findFieldByNumber(number);
			if (field == null) {
				this.input.skipField(tag);
			}
			else if (elementFields.contains(number)) {
				elements.computeIfAbsent(number, (key) -> new Elements()).add(tag);
			}
			else {
				count(copy(tag, field, output, depth));
			}
		}
		for (Map.Entry<Integer, Elements> entry : elements.entrySet()) {
			if (!entry.getValue().writeTo(output)) {
				output.writeBool(LEFT_OUT, true);
			}
		}
		output.flush();
		return kept.toByteArray();
	}

	private int copy(int tag, FieldDescriptor field, CodedOutputStream output, int depth) throws IOException {
		if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
			int before = output.getTotalBytesWritten();
			copyScalar(tag, output);
			return output.getTotalBytesWritten() - before;
		}
		int length = length();
		byte[] content;
		if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
			int limit = this.input.pushLimit(length);
			content = message(field.getMessageType(), depth + 1);
			if (this.input.getBytesUntilLimit() != 0) {
				throw new InvalidProtocolBufferException("the file ends before the graph does");
			}
			this.input.popLimit(limit);
		}
		else {
			count(length);
			content = this.input.readRawBytes(length);
		}
		output.writeByteArray(field.getNumber(), content);
		return 4;
	}

	private void copyScalar(int tag, CodedOutputStream output) throws IOException {
		int number = WireFormat.getTagFieldNumber(tag);
		switch (WireFormat.getTagWireType(tag)) {
			case WireFormat.WIRETYPE_VARINT -> output.writeUInt64(number, this.input.readUInt64());
			case WireFormat.WIRETYPE_FIXED32 -> output.writeFixed32(number, this.input.readFixed32());
			case WireFormat.WIRETYPE_FIXED64 -> output.writeFixed64(number, this.input.readFixed64());
			default -> throw new InvalidProtocolBufferException(
					"the file is not in the ONNX format: field %d is a group".formatted(number));
		}
	}

	private int length() throws IOException {
		int length = this.input.readRawVarint32();
		if (length < 0) {
			throw new InvalidProtocolBufferException(
					"the file is not in the ONNX format: a field has a negative length");
		}
		return length;
	}

	private void count(int bytes) throws IOException {
		this.size += bytes;
		this.fields++;
		if (this.size > SIZE_LIMIT || this.fields > FIELD_LIMIT) {
			throw new InvalidProtocolBufferException("the graph is larger than %d MiB or %d fields without its weights"
				.formatted(SIZE_LIMIT >> 20, FIELD_LIMIT));
		}
	}

	/**
	 * The elements of one field: kept whole or not at all.
	 */
	private final class Elements {

		private @Nullable ByteArrayOutputStream kept = new ByteArrayOutputStream();

		private int length;

		private void add(int tag) throws IOException {
			boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
			int length = delimited ? length() : 0;
			if (this.kept == null || this.length + (long) length > ELEMENT_LIMIT) {
				this.kept = null;
				if (delimited) {
					GraphReader.this.input.skipRawBytes(length);
				}
				else {
					GraphReader.this.input.skipField(tag);
				}
				return;
			}
			CodedOutputStream output = CodedOutputStream.newInstance(this.kept, 64);
			if (delimited) {
				output.writeByteArray(WireFormat.getTagFieldNumber(tag), GraphReader.this.input.readRawBytes(length));
			}
			else {
				copyScalar(tag, output);
			}
			output.flush();
			count(this.kept.size() - this.length);
			this.length = this.kept.size();
		}

		private boolean writeTo(CodedOutputStream output) throws IOException {
			if (this.kept != null) {
				output.writeRawBytes(this.kept.toByteArray());
			}
			return this.kept != null;
		}

	}

}
