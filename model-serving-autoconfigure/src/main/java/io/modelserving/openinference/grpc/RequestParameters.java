package io.modelserving.openinference.grpc;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.codec.RequestBounds;
import io.modelserving.grpc.InferParameter;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says about a call or a tensor, as plain values.
 */
final class RequestParameters {

	private RequestParameters() {
	}

	/**
	 * Return the values of parameters.
	 * @param parameters the parameters
	 * @return strings, booleans, {@link Double}, {@link Long}, or {@link BigInteger}
	 * where that is too small; parameters without a value are left out
	 * @throws io.modelserving.model.InferenceException.InvalidInput if there are too many
	 */
	static Map<String, Object> of(Map<String, InferParameter> parameters) {
		RequestBounds.requireParameters(parameters.size());
		Map<String, Object> values = new LinkedHashMap<>();
		parameters.forEach((name, parameter) -> {
			Object value = value(parameter);
			if (value != null) {
				values.put(name, value);
			}
		});
		return values;
	}

	private static @Nullable Object value(InferParameter parameter) {
		return switch (parameter.getParameterChoiceCase()) {
			case BOOL_PARAM -> parameter.getBoolParam();
			case INT64_PARAM -> parameter.getInt64Param();
			case STRING_PARAM -> parameter.getStringParam();
			case DOUBLE_PARAM -> parameter.getDoubleParam();
			case UINT64_PARAM -> unsigned(parameter.getUint64Param());
			case PARAMETERCHOICE_NOT_SET -> null;
		};
	}

	private static Object unsigned(long bits) {
		return (bits >= 0) ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
	}

}
