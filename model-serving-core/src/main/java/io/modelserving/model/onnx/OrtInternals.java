package io.modelserving.model.onnx;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

import ai.onnxruntime.OrtEnvironment;

/**
 * Reaches what the Java API of ONNX Runtime does not publish. Its users must do without
 * it where a version of the runtime no longer has it.
 */
final class OrtInternals {

	private OrtInternals() {
	}

	/**
	 * Return the address of the native API.
	 * @return the address
	 * @throws ReflectiveOperationException if this version keeps it elsewhere
	 */
	static long apiHandle() throws ReflectiveOperationException {
		Class<?> runtime = Class.forName("ai.onnxruntime.OnnxRuntime", true, OrtEnvironment.class.getClassLoader());
		return field(runtime, "ortApiHandle").getLong(null);
	}

	static Field field(Class<?> type, String name) throws ReflectiveOperationException {
		Field field = type.getDeclaredField(name);
		field.setAccessible(true);
		return field;
	}

	static Method method(Class<?> type, String name, Class<?>... parameterTypes) throws ReflectiveOperationException {
		Method method = type.getDeclaredMethod(name, parameterTypes);
		method.setAccessible(true);
		return method;
	}

	static <T> Constructor<T> constructor(Class<T> type, Class<?>... parameterTypes)
			throws ReflectiveOperationException {
		Constructor<T> constructor = type.getDeclaredConstructor(parameterTypes);
		constructor.setAccessible(true);
		return constructor;
	}

}
