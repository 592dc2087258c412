package io.modelserving.serving.warmup;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.function.LongSupplier;

import io.modelserving.model.ComputeUnit;
import io.modelserving.model.Model;

/**
 * By which clock runs of a model are timed.
 */
public final class RunTime {

	private RunTime() {
	}

	/**
	 * Return the clock for a model. The time for which a run waits for a core, while the
	 * application starts or because a container has used up its share, is not what it
	 * costs. Where the calling thread does all the work, its processor time leaves that
	 * out.
	 * @param model the model
	 * @param nanoTime the clock for a model of which that is not known, or where
	 * processor time is not counted finely enough, as on Windows
	 * @return a clock in nanoseconds, which the thread reads that runs the model
	 */
	public static LongSupplier of(Model model, LongSupplier nanoTime) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		boolean fine = !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
		return (model.computeUnit() == ComputeUnit.CALLING_THREAD && fine && threads.isCurrentThreadCpuTimeSupported()
				&& threads.isThreadCpuTimeEnabled()) ? threads::getCurrentThreadCpuTime : nanoTime;
	}

}
