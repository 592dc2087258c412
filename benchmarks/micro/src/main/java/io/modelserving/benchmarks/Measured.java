package io.modelserving.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Measures the CPU time of a piece of work on threads that do nothing else. The work has
 * to stay on the thread that calls it.
 */
final class Measured {

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private static final int RUNS = 4;

	private static final int SLICES = 8;

	private Measured() {
	}

	/**
	 * Repeat a piece of work on some threads at once.
	 * @param threads how many threads
	 * @param seconds how long to measure
	 * @param work makes the work of each thread, given its number
	 * @return the CPU milliseconds of one repetition: of some runs, of which the first
	 * ones warm up, the least median
	 * @throws Exception what the work throws
	 */
	static double cpuMillis(int threads, double seconds, IntFunction<Callable<?>> work) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Callable<?>> works = IntStream.range(0, threads).<Callable<?>>mapToObj(work).toList();
			double least = Double.POSITIVE_INFINITY;
			for (int run = 0; run < RUNS; run++) {
				List<Future<double[]>> running = new ArrayList<>();
				for (Callable<?> own : works) {
					running.add(executor.submit(() -> slices(own, seconds / RUNS)));
				}
				List<Double> all = new ArrayList<>();
				for (Future<double[]> future : running) {
					for (double slice : result(future)) {
						all.add(slice);
					}
				}
				least = Math.min(least, all.stream().sorted().skip(all.size() / 2).findFirst().orElseThrow());
			}
			return least;
		}
		finally {
			executor.shutdown();
		}
	}

	private static double[] result(Future<double[]> future) throws Exception {
		try {
			return future.get();
		}
		catch (ExecutionException failure) {
			throw (failure.getCause() instanceof Exception cause) ? cause : failure;
		}
	}

	private static double[] slices(Callable<?> work, double seconds) throws Exception {
		long slice = (long) (seconds * 1e9 / SLICES);
		double[] millis = new double[SLICES];
		for (int i = 0; i < SLICES; i++) {
			millis[i] = slice(work, slice);
		}
		return millis;
	}

	private static double slice(Callable<?> work, long nanos) throws Exception {
		long end = System.nanoTime() + nanos;
		long before = THREADS.getCurrentThreadCpuTime();
		int count = 0;
		do {
			work.call();
			count++;
		}
		while (System.nanoTime() < end);
		return (THREADS.getCurrentThreadCpuTime() - before) / 1e6 / count;
	}

}
