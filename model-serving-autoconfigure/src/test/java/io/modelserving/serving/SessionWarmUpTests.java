package io.modelserving.serving;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.modelserving.batching.Padding;
import io.modelserving.batching.TensorBatching;
import io.modelserving.model.ComputeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class SessionWarmUpTests {

	private final List<Integer> sizes = new ArrayList<>();

	private final FakeModel model = new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
		this.sizes.add(inputs.rowCount());
		return FakeModel.copyOf(inputs);
	});

	@Test
	void whenAProcessorRunsItThenSizesAreDoubledUpToTheLimit() {
		warmUp();
		assertThat(this.sizes).containsExactly(1, 2, 4, 6);
	}

	@Test
	void whenAnAcceleratorRunsItThenEverySizeIsPrepared() {
		this.model.computeUnit = ComputeUnit.ACCELERATOR;
		warmUp();
		assertThat(this.sizes).containsExactly(1, 2, 3, 4, 5, 6);
	}

	private void warmUp() {
		new SessionWarmUp(TensorBatching.byRows(Padding.NONE), 6, FakeModel.row(1, 2)).run(this.model);
	}

}
