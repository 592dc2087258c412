package io.modelserving.pipeline;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a Spring bean a {@link Stage}, which is a bean of its own: {@code O
 * method(I)} becomes a {@code Stage<I, O>}. With a {@link #maxBatchSize} the method takes
 * a {@code List<I>} and returns a {@code List<O>}, or a {@code List<StageResult<O>>}
 * where items fail alone. The properties {@code model-serving.stages.<name>} override
 * what stands here.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface PipelineStage {

	/**
	 * The name of the stage and of its bean.
	 * @return the name, by default that of the method
	 */
	String name() default "";

	/**
	 * How many threads work at once.
	 * @return the number, at least 1
	 */
	int concurrency() default 1;

	/**
	 * The most items at once.
	 * @return the number, at least 1, for a method that takes lists; 0 for one that takes
	 * single items
	 */
	int maxBatchSize() default 0;

	/**
	 * How long an item may wait for others while a thread is idle.
	 * @return the time, such as {@code 2ms}
	 */
	String maxDelay() default "0ms";

	/**
	 * How many items may wait.
	 * @return the number, at least 1
	 */
	int capacity() default 1024;

}
