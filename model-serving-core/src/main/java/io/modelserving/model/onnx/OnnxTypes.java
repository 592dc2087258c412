package io.modelserving.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.graph.ElementType;
import io.modelserving.tensor.DataType;

/**
 * Element types as ONNX Runtime and its Java API name them.
 */
final class OnnxTypes {

	private OnnxTypes() {
	}

	/**
	 * Return the element type of a tensor of the runtime.
	 * @param type the type as the model declares it
	 * @return the type, or {@code null} if the Java API cannot carry it
	 */
	static @Nullable DataType dataType(OnnxTensorType type) {
		return switch (type) {
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> DataType.UINT16;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> DataType.UINT32;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> DataType.UINT64;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> DataType.INT16;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FP16;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BF16;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FP32;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.FP64;
			case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> DataType.BYTES;
			default -> null;
		};
	}

	/**
	 * Return the element type of a tensor as a model's file names it.
	 * @param type the type
	 * @return the type, or {@code null} if the Java API cannot carry it
	 */
	static @Nullable DataType dataType(ElementType type) {
		return switch (type) {
			case BOOL -> DataType.BOOL;
			case UINT8 -> DataType.UINT8;
			case UINT16 -> DataType.UINT16;
			case UINT32 -> DataType.UINT32;
			case UINT64 -> DataType.UINT64;
			case INT8 -> DataType.INT8;
			case INT16 -> DataType.INT16;
			case INT32 -> DataType.INT32;
			case INT64 -> DataType.INT64;
			case FLOAT16 -> DataType.FP16;
			case BFLOAT16 -> DataType.BF16;
			case FLOAT -> DataType.FP32;
			case DOUBLE -> DataType.FP64;
			case STRING -> DataType.BYTES;
			default -> null;
		};
	}

	/**
	 * Return the element type of an element of a sequence or a map.
	 * @param type the type as the Java API names it, where unsigned types are not
	 * distinguished from signed ones
	 * @return the type, or {@code null} if the Java API cannot carry it there
	 */
	static @Nullable DataType elementType(OnnxJavaType type) {
		return switch (type) {
			case INT64 -> DataType.INT64;
			case FLOAT -> DataType.FP32;
			case DOUBLE -> DataType.FP64;
			case STRING -> DataType.BYTES;
			default -> null;
		};
	}

	/**
	 * Return the type under which the Java API takes the elements of a tensor.
	 * @param type the element type
	 * @return the Java API's type, the signed one of the same size for unsigned types
	 * that it does not have
	 */
	static OnnxJavaType javaType(DataType type) {
		return switch (type) {
			case BOOL -> OnnxJavaType.BOOL;
			case UINT8 -> OnnxJavaType.UINT8;
			case INT8 -> OnnxJavaType.INT8;
			case UINT16, INT16 -> OnnxJavaType.INT16;
			case UINT32, INT32 -> OnnxJavaType.INT32;
			case UINT64, INT64 -> OnnxJavaType.INT64;
			case FP16 -> OnnxJavaType.FLOAT16;
			case BF16 -> OnnxJavaType.BFLOAT16;
			case FP32 -> OnnxJavaType.FLOAT;
			case FP64 -> OnnxJavaType.DOUBLE;
			case BYTES -> OnnxJavaType.STRING;
		};
	}

	/**
	 * Return whether the Java API has no way to create tensors of a type.
	 * @param type the element type
	 * @return {@code true} for the unsigned types of more than 8 bits
	 */
	static boolean isUnsignedWide(DataType type) {
		return type == DataType.UINT16 || type == DataType.UINT32 || type == DataType.UINT64;
	}

}
