package io.modelserving.autoconfigure;

import java.util.List;
import java.util.Map;

import org.slf4j.MDC;

import org.springframework.core.task.TaskDecorator;
import org.springframework.security.concurrent.DelegatingSecurityContextRunnable;
import org.springframework.util.ClassUtils;

/**
 * Takes what belongs to a thread along to another one.
 */
public final class CallerContext {

	private static final boolean SECURITY = ClassUtils.isPresent(
			"org.springframework.security.concurrent.DelegatingSecurityContextRunnable",
			CallerContext.class.getClassLoader());

	private CallerContext() {
	}

	/**
	 * Have a task see the log context and the authorities of this thread, and whatever
	 * the application's own decorators take along, such as that of
	 * {@code spring.task.execution.propagate-context}.
	 * @param task the task
	 * @param decorators the application's decorators
	 * @return the task, to be run on any thread
	 */
	public static Runnable decorate(Runnable task, List<TaskDecorator> decorators) {
		Runnable decorated = task;
		for (TaskDecorator decorator : decorators) {
			decorated = decorator.decorate(decorated);
		}
		decorated = SECURITY ? Authorities.keep(decorated) : decorated;
		Runnable last = decorated;
		Map<String, String> log = MDC.getCopyOfContextMap();
		return (log != null) ? () -> {
			Map<String, String> before = MDC.getCopyOfContextMap();
			MDC.setContextMap(log);
			try {
				last.run();
			}
			finally {
				MDC.setContextMap((before != null) ? before : Map.of());
			}
		} : last;
	}

	/** Loaded where Spring Security is present. */
	private static final class Authorities {

		private static Runnable keep(Runnable task) {
			return new DelegatingSecurityContextRunnable(task);
		}

	}

}
