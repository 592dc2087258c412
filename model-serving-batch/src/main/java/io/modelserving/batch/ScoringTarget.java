package io.modelserving.batch;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;

import org.springframework.core.ResolvableType;

import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.model.ModelSignature;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.tensor.TensorSpec;

/**
 * What scores the rows of a job.
 *
 * @param name what it is, in words
 * @param scorer scores rows
 * @param models the models that it needs
 * @param columns the columns of its results; none if they are no objects
 * @param takesPictures whether a row may be a picture
 */
record ScoringTarget(String name, Scorer<Row, Object> scorer, List<String> models, List<String> columns,
		boolean takesPictures) {

	static <I, O> ScoringTarget of(EndpointInvoker<I, O> endpoint, Scorers scorers, JsonMapper mapper) {
		RequestRows<I> rows = new RequestRows<>(endpoint.requestType(), mapper,
				endpoint.takesPictures() ? endpoint::fromPicture : null);
		return new ScoringTarget("endpoint " + endpoint.path(), scorers.of(endpoint).on(rows).to((result) -> result),
				endpoint.models(), columns(mapper, endpoint.responseType()), endpoint.takesPictures());
	}

	static ScoringTarget of(String model, ModelSignature signature, Scorers scorers, JsonMapper mapper) {
		return new ScoringTarget("model " + model,
				scorers.model(model).on(new TensorRows(signature, mapper)).to(TensorRows::values), List.of(model),
				signature.outputs().stream().map(TensorSpec::name).toList(), false);
	}

	static <I, O> ScoringTarget of(String name, Pipeline<I, O> pipeline, ResolvableType type, Scorers scorers,
			JsonMapper mapper) {
		RequestRows<I> rows = new RequestRows<>(type.getGeneric(0), mapper, null);
		return new ScoringTarget("pipeline " + name, scorers.pipeline(pipeline).on(rows).to((result) -> result),
				pipeline.loads().stream().map((load) -> load.name()).toList(), columns(mapper, type.getGeneric(1)),
				false);
	}

	/** The properties of the JSON that is made of a type. */
	private static List<String> columns(JsonMapper mapper, ResolvableType type) {
		List<String> columns = new ArrayList<>();
		Type java = type.getType();
		mapper.acceptJsonFormatVisitor(mapper.constructType(java), new JsonFormatVisitorWrapper.Base() {

			@Override
			public JsonObjectFormatVisitor expectObjectFormat(@Nullable JavaType visited) {
				return new JsonObjectFormatVisitor.Base(getContext()) {

					@Override
					public void property(BeanProperty property) {
						columns.add(property.getName());
					}

					@Override
					public void optionalProperty(BeanProperty property) {
						columns.add(property.getName());
					}

				};
			}

		});
		return List.copyOf(columns);
	}

}
