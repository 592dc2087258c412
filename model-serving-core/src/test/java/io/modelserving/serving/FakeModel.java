package io.modelserving.serving;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.modelserving.model.ComputeUnit;
import io.modelserving.model.Model;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

/**
 * A model made of a function, which counts its runs and rejects to run once closed.
 */
public final class FakeModel implements Model {

	public static final ModelSignature ROWS_OF_TWO = new ModelSignature(
			List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 2))),
			List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 2))));

	private final ModelSignature signature;

	private final UnaryOperator<NamedTensors> function;

	public final AtomicInteger runs = new AtomicInteger();

	final AtomicInteger running = new AtomicInteger();

	public ComputeUnit computeUnit = ComputeUnit.PROCESSOR;

	public volatile boolean closed;

	public volatile boolean closedWhileRunning;

	public FakeModel(ModelSignature signature, UnaryOperator<NamedTensors> function) {
		this.signature = signature;
		this.function = function;
	}

	public static FakeModel timesTwo() {
		return perElement(value -> value * 2);
	}

	public static FakeModel perElement(FloatFunction function) {
		return new FakeModel(ROWS_OF_TWO, inputs -> {
			float[] elements = inputs.numeric("x").toFloats();
			for (int i = 0; i < elements.length; i++) {
				elements[i] = function.apply(elements[i]);
			}
			return NamedTensors.of("y", Tensor.of(inputs.get("x").shape(), elements));
		});
	}

	public static NamedTensors copyOf(NamedTensors inputs) {
		return NamedTensors.of("y", Tensor.of(inputs.get("x").shape(), inputs.numeric("x").toFloats()));
	}

	/**
	 * Each row becomes its distance from the mean of all rows: what a row gets depends on
	 * the rows beside it.
	 */
	public static FakeModel dependingOnTheBatch() {
		return new FakeModel(ROWS_OF_TWO, inputs -> {
			float[] elements = inputs.numeric("x").toFloats();
			float sum = 0;
			for (float element : elements) {
				sum += element;
			}
			float[] answers = new float[elements.length];
			for (int i = 0; i < elements.length; i++) {
				answers[i] = elements[i] - sum / elements.length;
			}
			return NamedTensors.of("y", Tensor.of(inputs.get("x").shape(), answers));
		});
	}

	public static NamedTensors row(float first, float second) {
		return NamedTensors.of("x", Tensor.of(Shape.of(1, 2), first, second));
	}

	@Override
	public ComputeUnit computeUnit() {
		return this.computeUnit;
	}

	@Override
	public ModelSignature signature() {
		return this.signature;
	}

	@Override
	public ModelMetadata metadata() {
		return new ModelMetadata("fake", "", "", Map.of());
	}

	@Override
	public NamedTensors run(NamedTensors inputs, Workspace workspace) {
		if (this.closed) {
			throw new IllegalStateException("the model is closed");
		}
		this.running.incrementAndGet();
		try {
			this.runs.incrementAndGet();
			return this.function.apply(inputs);
		}
		finally {
			this.running.decrementAndGet();
		}
	}

	@Override
	public void close() {
		this.closedWhileRunning |= this.running.get() > 0;
		this.closed = true;
	}

	@FunctionalInterface
	public interface FloatFunction {

		float apply(float value);

	}

}
