package io.modelserving.autoconfigure.pipeline;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import io.modelserving.pipeline.PipelineStage;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.StageResult;

/**
 * A {@code @PipelineStage} method, and the stage that it becomes.
 *
 * @param owner the type of the bean that has the method
 * @param method the method
 * @param annotation what it says of the stage
 */
record StageMethod(Class<?> owner, Method method, PipelineStage annotation) {

	StageMethod {
		if (method.getParameterCount() != 1 || method.getReturnType() == void.class) {
			throw new InvalidPipelineStageException(method,
					"has %d parameters and returns %s".formatted(method.getParameterCount(),
							method.getReturnType().getSimpleName()),
					"Let it take one item and return its result, as in: Result %s(Item item)"
						.formatted(method.getName()));
		}
		if (annotation.maxBatchSize() > 0
				&& (method.getParameterTypes()[0] != List.class || method.getReturnType() != List.class)) {
			throw new InvalidPipelineStageException(method, "has a maxBatchSize and does not take and return lists",
					"Leave maxBatchSize out, or declare: List<Result> %s(List<Item> items)"
						.formatted(method.getName()));
		}
		if (annotation.concurrency() < 1 || annotation.maxBatchSize() < 0 || annotation.capacity() < 1) {
			throw new InvalidPipelineStageException(method, "has a concurrency, maxBatchSize or capacity below 1",
					"Give a number from 1 on");
		}
	}

	String name() {
		return this.annotation.name().isEmpty() ? this.method.getName() : this.annotation.name();
	}

	/**
	 * Return the type of the stage.
	 * @return {@code Stage<I, O>}
	 */
	ResolvableType type() {
		ResolvableType item = ResolvableType.forMethodParameter(this.method, 0, this.owner);
		ResolvableType result = ResolvableType.forMethodReturnType(this.method, this.owner);
		if (isBatched()) {
			item = item.getGeneric(0);
			result = result.getGeneric(0);
			result = (result.resolve() == StageResult.class) ? result.getGeneric(0) : result;
		}
		return ResolvableType.forClassWithGenerics(Stage.class, boxed(item), boxed(result));
	}

	private static ResolvableType boxed(ResolvableType type) {
		Class<?> resolved = type.resolve();
		return (resolved != null && resolved.isPrimitive())
				? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(resolved)) : type;
	}

	private boolean isBatched() {
		return this.annotation.maxBatchSize() > 0;
	}

	/**
	 * Start the stage.
	 * @param bean gives the bean that has the method, when the first item comes
	 * @param properties what the configuration says of the stage
	 * @return the stage
	 */
	Stage<Object, Object> start(Supplier<Object> bean, StageProperties.Stage properties) {
		if (properties.maxBatchSize() != null && !isBatched()) {
			throw new InvalidPipelineStageException(this.method,
					"takes single items, and model-serving.stages.%s.max-batch-size is configured".formatted(name()),
					"Remove the property, or let the method take lists and give it a maxBatchSize");
		}
		Stage.Builder<Object, Object> builder = isBatched()
				? Stage.batched(name(), or(properties.maxBatchSize(), this.annotation.maxBatchSize()),
						(items) -> results(call(bean.get(), items)))
				: Stage.of(name(), (item) -> call(bean.get(), item));
		return builder.concurrency(or(properties.concurrency(), this.annotation.concurrency()))
			.capacity(or(properties.capacity(), this.annotation.capacity()))
			.maxDelay(or(properties.maxDelay(), delay()))
			.build();
	}

	private Duration delay() {
		try {
			return DurationStyle.detectAndParse(this.annotation.maxDelay());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPipelineStageException(this.method,
					"has the maxDelay \"%s\", which is no time".formatted(this.annotation.maxDelay()),
					"Give a time with a unit, such as 2ms");
		}
	}

	private static <T> T or(@Nullable T configured, T annotated) {
		return (configured != null) ? configured : annotated;
	}

	@SuppressWarnings("unchecked")
	private static List<StageResult<Object>> results(Object results) {
		return (results instanceof List<?> list) ? list.stream()
			.map((result) -> (result instanceof StageResult<?> one) ? (StageResult<Object>) one
					: StageResult.<Object>of(result))
			.toList() : List.of();
	}

	private Object call(Object bean, Object argument) {
		Method invocable = AopUtils.selectInvocableMethod(this.method, bean.getClass());
		ReflectionUtils.makeAccessible(invocable);
		try {
			return Objects.requireNonNull(invocable.invoke(bean, argument), "the method returned null");
		}
		catch (InvocationTargetException ex) {
			if (ex.getTargetException() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getTargetException());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
