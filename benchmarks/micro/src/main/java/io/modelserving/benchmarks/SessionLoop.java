package io.modelserving.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;

import io.modelserving.model.ModelState;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.TensorSpec;

/**
 * The session alone, in a loop over batches of rows, by as many threads as the model has
 * instances.
 *
 * @param rows the elements of each input of each row
 */
record SessionLoop(List<Map<String, long[]>> rows) {

	/**
	 * Make rows. The elements of floating-point inputs are whole numbers, too.
	 * @param details the model
	 * @param count how many
	 * @param length the length of open dimensions
	 */
	static SessionLoop of(ModelDetails details, int count, int length) {
		Random random = new Random(7);
		List<Map<String, long[]>> rows = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Map<String, long[]> row = new LinkedHashMap<>();
			for (TensorSpec input : details.signature().inputs()) {
				long[] elements = new long[(int) product(shape(input, length))];
				for (int j = 0; j < elements.length; j++) {
					elements[j] = input.name().contains("mask") ? 1
							: input.name().contains("type") ? 0 : random.nextInt(16);
				}
				row.put(input.name(), elements);
			}
			rows.add(row);
		}
		return new SessionLoop(rows);
	}

	static long[] shape(TensorSpec input, int length) {
		long[] shape = input.shape().toArray();
		shape[0] = 1;
		for (int i = 1; i < shape.length; i++) {
			shape[i] = (shape[i] < 0) ? length : shape[i];
		}
		return shape;
	}

	private static long product(long[] shape) {
		long product = 1;
		for (long size : shape) {
			product *= size;
		}
		return product;
	}

	/** Wait until the model with the name {@code model} is ready. */
	static ModelDetails ready(ModelRegistry registry) throws InterruptedException {
		while (true) {
			ModelSnapshot model = registry.find("model").orElseThrow();
			ModelDetails details = model.details();
			if (model.status().state() == ModelState.FAILED) {
				throw new IllegalStateException(model.status().failure());
			}
			if (model.status().state() == ModelState.READY && details != null) {
				return details;
			}
			Thread.sleep(50);
		}
	}

	/** Return seconds, in which the batches are already there. */
	double run(String model, ModelDetails details) throws Exception {
		OrtEnvironment environment = OrtEnvironment.getEnvironment();
		List<Map<String, Batch>> batches = batches(details);
		AtomicInteger next = new AtomicInteger();
		ExecutorService executor = Executors.newFixedThreadPool(details.instances());
		List<OrtSession> sessions = new ArrayList<>();
		try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
			options.setIntraOpNumThreads(details.intraOpThreads());
			for (int i = 0; i < details.instances(); i++) {
				sessions.add(environment.createSession(model, options));
			}
			long start = System.nanoTime();
			List<Future<?>> running = new ArrayList<>();
			for (OrtSession session : sessions) {
				running.add(executor.submit(() -> {
					for (int i = next.getAndIncrement(); i < batches.size(); i = next.getAndIncrement()) {
						runBatch(environment, session, batches.get(i));
					}
					return null;
				}));
			}
			for (Future<?> future : running) {
				future.get();
			}
			return (System.nanoTime() - start) / 1e9;
		}
		finally {
			executor.shutdown();
			for (OrtSession session : sessions) {
				session.close();
			}
		}
	}

	private static void runBatch(OrtEnvironment environment, OrtSession session, Map<String, Batch> batch)
			throws Exception {
		Map<String, OnnxTensor> inputs = new HashMap<>();
		try {
			for (Map.Entry<String, Batch> input : batch.entrySet()) {
				inputs.put(input.getKey(), input.getValue().tensor(environment));
			}
			try (OrtSession.Result outputs = session.run(inputs)) {
				outputs.get(0).getInfo();
			}
		}
		finally {
			inputs.values().forEach(OnnxTensor::close);
		}
	}

	private List<Map<String, Batch>> batches(ModelDetails details) {
		int size = details.plan().maxBatchSize();
		List<Map<String, Batch>> batches = new ArrayList<>();
		for (int from = 0; from < this.rows.size(); from += size) {
			List<Map<String, long[]>> part = this.rows.subList(from, Math.min(from + size, this.rows.size()));
			Map<String, Batch> batch = new LinkedHashMap<>();
			for (TensorSpec input : details.signature().inputs()) {
				batch.put(input.name(), Batch.of(input, part));
			}
			batches.add(batch);
		}
		return batches;
	}

	/** An input of a batch. */
	private record Batch(ByteBuffer data, OnnxJavaType type, long[] shape) {

		static Batch of(TensorSpec input, List<Map<String, long[]>> rows) {
			boolean integers = input.dataType() == DataType.INT64;
			List<long[]> values = rows.stream().map((row) -> Objects.requireNonNull(row.get(input.name()))).toList();
			int elements = values.get(0).length;
			long[] shape = input.shape().toArray();
			shape[0] = rows.size();
			for (int i = 1; i < shape.length; i++) {
				shape[i] = (input.shape().dimension(i) < 0) ? elements : shape[i];
			}
			ByteBuffer data = ByteBuffer.allocateDirect(rows.size() * elements * (integers ? 8 : 4))
				.order(ByteOrder.nativeOrder());
			for (long[] row : values) {
				for (long element : row) {
					if (integers) {
						data.putLong(element);
					}
					else {
						data.putFloat(element);
					}
				}
			}
			return new Batch(data.flip(), integers ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT, shape);
		}

		OnnxTensor tensor(OrtEnvironment environment) throws Exception {
			return OnnxTensor.createTensor(environment, this.data.duplicate().order(ByteOrder.nativeOrder()),
					this.shape, this.type);
		}

	}

}
