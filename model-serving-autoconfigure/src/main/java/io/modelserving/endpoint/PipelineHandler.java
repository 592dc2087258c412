package io.modelserving.endpoint;

import io.modelserving.pipeline.Pipeline;

/**
 * Puts a pipeline behind an endpoint: its items are the requests, its results the
 * responses. A record can be one: <pre>
 * &#64;ModelEndpoint(path = "/reviews")
 * record ReviewEndpoint(Pipeline&lt;Review, Score&gt; pipeline) implements PipelineHandler&lt;Review, Score&gt; {
 * }
 * </pre>
 *
 * @param <I> the request; usually a record, read from JSON and validated
 * @param <O> the response; usually a record, written as JSON
 */
public non-sealed interface PipelineHandler<I, O> extends EndpointHandler<I, O> {

	/**
	 * Return the pipeline.
	 * @return the pipeline, always the same
	 */
	Pipeline<I, O> pipeline();

}
