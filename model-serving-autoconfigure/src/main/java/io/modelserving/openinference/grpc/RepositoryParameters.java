package io.modelserving.openinference.grpc;

import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.codec.RequestBounds;
import io.modelserving.grpc.ModelRepositoryParameter;

/**
 * What a caller says about a model that it loads, as plain values.
 */
final class RepositoryParameters {

	private RepositoryParameters() {
	}

	static Map<String, Object> of(Map<String, ModelRepositoryParameter> parameters) {
		RequestBounds.requireParameters(parameters.size());
		Map<String, Object> values = new LinkedHashMap<>();
		parameters.forEach((name, parameter) -> {
			switch (parameter.getParameterChoiceCase()) {
				case BOOL_PARAM -> values.put(name, parameter.getBoolParam());
				case INT64_PARAM -> values.put(name, parameter.getInt64Param());
				case STRING_PARAM -> values.put(name, parameter.getStringParam());
				case BYTES_PARAM -> values.put(name, parameter.getBytesParam().toByteArray());
				case PARAMETERCHOICE_NOT_SET -> {
				}
			}
		});
		return values;
	}

}
