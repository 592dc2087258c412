package io.modelserving.model.onnx;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.DataType;

/**
 * Creates tensors of UINT16, UINT32 and UINT64. The runtime takes them and so does the
 * native method of its Java API, but no public method leads there, so it is called by
 * reflection.
 */
final class UnsignedTensors {

	private final long apiHandle;

	private final long allocatorHandle;

	private final Method create;

	private final Constructor<TensorInfo> newInfo;

	private final Constructor<OnnxTensor> newTensor;

	private UnsignedTensors(OrtEnvironment environment) throws ReflectiveOperationException {
		this.apiHandle = OrtInternals.apiHandle();
		Field allocator = OrtInternals.field(OrtEnvironment.class, "defaultAllocator");
		Field handle = OrtInternals.field(allocator.getType(), "handle");
		this.allocatorHandle = handle.getLong(allocator.get(environment));
		this.create = OrtInternals.method(OnnxTensor.class, "createTensorFromBuffer", long.class, long.class,
				Buffer.class, int.class, long.class, long[].class, int.class);
		this.newInfo = OrtInternals.constructor(TensorInfo.class, long[].class, OnnxJavaType.class,
				OnnxTensorType.class);
		this.newTensor = OrtInternals.constructor(OnnxTensor.class, long.class, long.class, TensorInfo.class,
				Buffer.class, boolean.class);
	}

	/**
	 * Look for the way to create such tensors.
	 * @param environment the environment
	 * @return the way, or {@code null} if this version of the runtime has none
	 */
	static @Nullable UnsignedTensors find(OrtEnvironment environment) {
		try {
			return new UnsignedTensors(environment);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Create a tensor over memory.
	 * @param type UINT16, UINT32 or UINT64
	 * @param data a direct buffer, read from its start
	 * @param shape the shape
	 * @return the tensor, to be closed
	 * @throws OrtException if the runtime rejects it
	 */
	OnnxTensor create(DataType type, ByteBuffer data, long[] shape) throws OrtException {
		OnnxTensorType onnxType = switch (type) {
			case UINT16 -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16;
			case UINT32 -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32;
			case UINT64 -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64;
			default -> throw new IllegalArgumentException(type + " has a public way");
		};
		try {
			TensorInfo info = this.newInfo.newInstance(shape, OnnxTypes.javaType(type), onnxType);
			long handle = (long) this.create.invoke(null, this.apiHandle, this.allocatorHandle, data, data.position(),
					(long) data.remaining(), shape, onnxType.value);
			return this.newTensor.newInstance(handle, this.allocatorHandle, info, data, false);
		}
		catch (InvocationTargetException ex) {
			if (ex.getCause() instanceof OrtException cause) {
				throw cause;
			}
			throw new IllegalStateException("cannot create a tensor of " + type, ex.getCause());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("cannot create a tensor of " + type, ex);
		}
	}

}
