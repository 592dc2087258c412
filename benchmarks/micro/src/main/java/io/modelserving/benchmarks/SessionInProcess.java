package io.modelserving.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.management.OperatingSystemMXBean;

/**
 * How many rows a second a model makes when nothing but the session is called, by as many
 * threads as there are cores, each with a session of one thread: what a server can reach
 * at most. Prints JSON.
 *
 * <pre>SessionInProcess MODELS WARM_UP_SECONDS SECONDS THREADS</pre>
 */
public final class SessionInProcess {

	private static final long[] SHAPE = { 1, 3, 224, 224 };

	private SessionInProcess() {
	}

	public static void main(String[] arguments) throws Exception {
		String model = Path.of(arguments[0]).resolve("mobilenet.onnx").toString();
		int threads = Integer.parseInt(arguments[3]);
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		try (OrtEnvironment environment = OrtEnvironment.getEnvironment()) {
			List<OrtSession> sessions = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
					options.setIntraOpNumThreads(1);
					sessions.add(environment.createSession(model, options));
				}
			}
			run(environment, sessions, Double.parseDouble(arguments[1]));
			long before = system.getProcessCpuTime();
			long start = System.nanoTime();
			long rows = run(environment, sessions, Double.parseDouble(arguments[2]));
			double seconds = (System.nanoTime() - start) / 1e9;
			double cpu = (system.getProcessCpuTime() - before) / 1e9;
			System.out.printf("{\"rows\": %d, \"seconds\": %.6f, \"cpu_seconds\": %.6f}%n", rows, seconds, cpu);
			for (OrtSession session : sessions) {
				session.close();
			}
		}
	}

	private static long run(OrtEnvironment environment, List<OrtSession> sessions, double seconds) throws Exception {
		long end = System.nanoTime() + (long) (seconds * 1e9);
		ExecutorService executor = Executors.newFixedThreadPool(sessions.size());
		try {
			List<Future<Long>> running = new ArrayList<>();
			for (OrtSession session : sessions) {
				running.add(executor.submit(() -> rows(environment, session, end)));
			}
			long rows = 0;
			for (Future<Long> future : running) {
				rows += future.get();
			}
			return rows;
		}
		finally {
			executor.shutdown();
		}
	}

	private static long rows(OrtEnvironment environment, OrtSession session, long end) throws OrtException {
		FloatBuffer pixels = ByteBuffer.allocateDirect(3 * 224 * 224 * Float.BYTES)
			.order(ByteOrder.nativeOrder())
			.asFloatBuffer();
		for (int i = 0; i < pixels.capacity(); i++) {
			pixels.put(i, (i % 255) / 127f - 1);
		}
		long rows = 0;
		while (System.nanoTime() < end) {
			try (OnnxTensor tensor = OnnxTensor.createTensor(environment, pixels, SHAPE);
					OrtSession.Result outputs = session.run(Map.of("pixels", tensor))) {
				((OnnxTensor) outputs.get(0)).getFloatBuffer();
			}
			rows++;
		}
		return rows;
	}

}
