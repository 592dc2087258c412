package io.modelserving.actuate;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import io.modelserving.pipeline.Pipeline;

/**
 * Shows the pipelines of the application: what each stage is doing, and which one limits
 * its pipeline.
 */
@Endpoint(id = "pipelines", defaultAccess = Access.READ_ONLY)
public class PipelinesEndpoint {

	private final Supplier<Map<String, Pipeline<?, ?>>> pipelines;

	/**
	 * Create the endpoint.
	 * @param pipelines gives the pipelines by name
	 */
	public PipelinesEndpoint(Supplier<Map<String, Pipeline<?, ?>>> pipelines) {
		this.pipelines = pipelines;
	}

	/**
	 * Return all pipelines.
	 * @return the pipelines by name
	 */
	@ReadOperation
	Map<String, PipelineDescriptor> pipelines() {
		Map<String, PipelineDescriptor> described = new TreeMap<>();
		this.pipelines.get().forEach((name, pipeline) -> described.put(name, PipelineDescriptor.of(pipeline)));
		return described;
	}

	/**
	 * Return one pipeline.
	 * @param name its name
	 * @return the pipeline, or {@code null} if there is none of that name
	 */
	@ReadOperation
	@Nullable PipelineDescriptor pipeline(@Selector String name) {
		return pipelines().get(name);
	}

}
