package io.modelserving.serving.server;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.DispatchReason;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.ModelKey;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.sequence.SequenceSettings;
import io.modelserving.sequence.SequenceSettings.State;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.PaddingRule;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests a recurrent network as PyTorch exports it, whose states have the batch as their
 * second dimension, with sequences that share batches.
 */
class StatefulLstmTests {

	private static final int SEQUENCES = 12;

	private static final int STEPS = 8;

	private final ServerFixture fixture = new ServerFixture();

	private final Dispatches dispatches = new Dispatches();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void whenSequencesShareBatchesThenEachGetsWhatTheNetworkGivesItAlone() throws Exception {
		Path file = file();
		List<List<Float>> expected = alone(file);
		this.fixture.more.add(new ServingListener() {

			@Override
			public BatchListener batchListener(ModelKey model) {
				return StatefulLstmTests.this.dispatches;
			}

		});
		ModelServer server = this.fixture.start(new ModelDefinition(KEY, Definitions.source(file),
				new OnnxModelLoader(), true, new InstanceSettings(OptimizeFor.THROUGHPUT, 1, 1, List.of(0)),
				new BatchingSettings(8, Duration.ofMillis(20), 1024, null, BatchingSettings.Verification.UNBATCH,
						PaddingRule.NONE),
				WarmUpSettings.defaults(), null,
				SequenceSettings.of(Map.of("hn", State.zeros("h"), "cn", State.zeros("c")))));
		ModelDetails details = Objects.requireNonNull(server.registry().find(KEY).orElseThrow().details());
		assertThat(details.plan().batched()).as(details.plan().reason()).isTrue();
		assertThat(details.signature().inputs()).extracting(TensorSpec::name).containsExactly("x");
		assertThat(details.signature().outputNames()).containsExactly("p");
		assertThat(details.hasRows()).isTrue();
		List<List<CompletableFuture<InferenceResult>>> results = new ArrayList<>();
		for (int sequence = 0; sequence < SEQUENCES; sequence++) {
			results.add(new ArrayList<>());
		}
		for (int step = 0; step < STEPS; step++) {
			for (int sequence = 0; sequence < SEQUENCES; sequence++) {
				results.get(sequence)
					.add(server.inferenceService()
						.infer(InferenceRequest.builder("a", NamedTensors.of("x", input(sequence, step)))
							.sequence("s" + sequence, step == 0, step == STEPS - 1)
							.build()));
			}
		}
		for (int sequence = 0; sequence < SEQUENCES; sequence++) {
			for (int step = 0; step < STEPS; step++) {
				NamedTensors outputs = results.get(sequence).get(step).get(30, TimeUnit.SECONDS).outputs();
				assertThat(outputs.names()).containsExactly("p");
				assertThat(outputs.numeric("p").toFloats()[0]).as("sequence %d, step %d", sequence, step)
					.isCloseTo(expected.get(sequence).get(step), within(1e-6f));
			}
		}
		assertThat(this.dispatches.largest).isGreaterThan(1);
		assertThat(server.registry().find(KEY).orElseThrow().sequences().active()).isZero();
	}

	private static List<List<Float>> alone(Path file) {
		List<List<Float>> expected = new ArrayList<>();
		try (Model model = new OnnxModelLoader().load(file, new ExecutionResources(1, 0))) {
			Workspace workspace = new Workspace();
			for (int sequence = 0; sequence < SEQUENCES; sequence++) {
				List<Float> values = new ArrayList<>();
				Tensor h = Tensor.of(Shape.of(2, 1, 16), new float[32]);
				Tensor c = h;
				for (int step = 0; step < STEPS; step++) {
					NamedTensors outputs = model.run(
							NamedTensors.of(Map.of("x", input(sequence, step), "h", h, "c", c)).toDirect(workspace),
							workspace);
					values.add(outputs.numeric("p").toFloats()[0]);
					h = copy(outputs, "hn");
					c = copy(outputs, "cn");
				}
				expected.add(values);
			}
		}
		return expected;
	}

	private static Tensor copy(NamedTensors outputs, String name) {
		return Tensor.of(outputs.get(name).shape(), outputs.numeric(name).toFloats());
	}

	private static Tensor input(int sequence, int step) {
		Random random = new Random(100 * sequence + step);
		float[] values = new float[8];
		for (int i = 0; i < values.length; i++) {
			values[i] = 4 * random.nextFloat() - 2;
		}
		return Tensor.of(Shape.of(1, 1, 8), values);
	}

	private static Path file() throws URISyntaxException {
		return Path.of(Objects
			.requireNonNull(
					StatefulLstmTests.class.getResource("/io/modelserving/model/graph/exports/stateful-lstm.onnx"))
			.toURI());
	}

	private static final class Dispatches implements BatchListener {

		private volatile int largest;

		@Override
		public void dispatched(DispatchReason reason, int requests, int rows) {
			this.largest = Math.max(this.largest, rows);
		}

	}

}
