package io.modelserving.endpoint;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.stereotype.Component;

/**
 * Makes a {@link ModelHandler}, a {@link MultiItemModelHandler} or a
 * {@link PipelineHandler} a REST endpoint. The class is an ordinary bean; clients
 * {@code POST} to its path.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
public @interface ModelEndpoint {

	/**
	 * The path, literal, beginning with {@code /}. May have <code>${...}</code>
	 * placeholders of properties.
	 * @return the path
	 */
	String path();

	/**
	 * The name of the model, as in {@code model-serving.models.<name>}. May have
	 * <code>${...}</code> placeholders of properties.
	 * @return the name; empty for a {@link PipelineHandler}, and only for that
	 */
	String model() default "";

	/**
	 * The version of the model.
	 * @return the version, or 0 for the default one
	 */
	long version() default 0;

	/**
	 * What the endpoint does, in a few words, for the API's documentation.
	 * @return the summary
	 */
	String summary() default "";

	/**
	 * What the endpoint does, at length and in Markdown, for the API's documentation.
	 * @return the description
	 */
	String description() default "";

	/**
	 * The group under which the API's documentation lists the endpoint.
	 * @return the tag, by default the name of the model, or {@code pipelines}
	 */
	String tag() default "";

	/**
	 * The media types of a response that is a {@code byte[]} or a {@link String}, the one
	 * to be preferred first.
	 * @return the media types, by default {@code application/octet-stream} and
	 * {@code text/plain}; other responses are what the message converters make of them
	 */
	String[] produces() default {};

}
