package io.modelserving.serving.server;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.serving.Definitions;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.NamedTensors;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.join;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that sessions of ONNX Runtime come and go while calls are running.
 */
class OnnxScalingTests {

	private final ServerFixture fixture = new ServerFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void whenScaledUnderLoadThenEveryCallGetsTheSameAnswer(int threads) throws Exception {
		ModelServer server = this.fixture.start(new ModelDefinition(KEY, Definitions.source(affine()),
				new OnnxModelLoader(), true, new InstanceSettings(OptimizeFor.THROUGHPUT, 1, threads, List.of(0)),
				Definitions.batching(4), WarmUpSettings.defaults()));
		NamedTensors example = Objects
			.requireNonNull(Objects.requireNonNull(server.registry().find(KEY).orElseThrow().details()).example());
		String output = Objects.requireNonNull(server.registry().find(KEY).orElseThrow().details())
			.signature()
			.outputNames()
			.get(0);
		float[] expected = infer(server, example).get(30, TimeUnit.SECONDS).outputs().numeric(output).toFloats();
		AtomicBoolean stop = new AtomicBoolean();
		CountDownLatch flowing = new CountDownLatch(1);
		CompletableFuture<Integer> load = CompletableFuture.supplyAsync(() -> {
			int answered = 0;
			while (!stop.get()) {
				List<CompletableFuture<InferenceResult>> calls = new ArrayList<>();
				for (int i = 0; i < 16; i++) {
					calls.add(infer(server, example));
				}
				for (CompletableFuture<InferenceResult> call : calls) {
					assertThat(call.join().outputs().numeric(output).toFloats()).containsExactly(expected);
					answered++;
				}
				flowing.countDown();
			}
			return answered;
		});
		assertThat(flowing.await(30, TimeUnit.SECONDS)).isTrue();
		for (int i = 0; i < 20; i++) {
			join(server.administration().scale(KEY, 1 + (i + 1) % 4));
		}
		stop.set(true);
		assertThat(load.get(30, TimeUnit.SECONDS)).isPositive();
		assertThat(server.registry().find(KEY).orElseThrow().batcher().instances()).isEqualTo(1);
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, NamedTensors inputs) {
		return server.inferenceService().infer(InferenceRequest.of("a", inputs));
	}

	private static Path affine() throws URISyntaxException {
		URL resource = Objects.requireNonNull(OnnxScalingTests.class.getResource("/models/affine.onnx"));
		return Path.of(resource.toURI());
	}

}
