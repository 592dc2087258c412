package io.modelserving.autoconfigure.pipeline;

import java.util.List;

import org.springframework.core.task.TaskDecorator;

import io.modelserving.autoconfigure.CallerContext;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.StageObserver;

/**
 * Has stages that take single items, and what follows them, see the log context and the
 * authorities of those who hand items in.
 *
 * @param decorators the application's decorators
 */
record ContextOfCallers(List<TaskDecorator> decorators) implements StageObserver {

	/** What the decorated task of this thread is to do. */
	private static final ThreadLocal<Runnable> WORK = new ThreadLocal<>();

	@Override
	public StageObserver.Item arrived(Stage<?, ?> stage) {
		return new Captured(CallerContext.decorate(ContextOfCallers::work, this.decorators));
	}

	private static void work() {
		Runnable work = WORK.get();
		WORK.remove();
		work.run();
	}

	/**
	 * What was captured runs the work that it is given, on any number of threads.
	 *
	 * @param decorated does what the thread is to do, in the context of the caller
	 */
	private record Captured(Runnable decorated) implements StageObserver.Item {

		@Override
		public void during(Runnable work) {
			WORK.set(work);
			this.decorated.run();
		}

	}

}
