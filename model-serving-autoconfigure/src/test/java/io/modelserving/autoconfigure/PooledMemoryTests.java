package io.modelserving.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import io.modelserving.repository.OnnxFiles;
import io.modelserving.tensor.BufferPool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Tests that many callers at once get their own answers, whose requests share memory one
 * after the other, and some of whom give up.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "spring.grpc.server.port=0", "model-serving.models.adder.batching.max-batch-size=8192",
				"model-serving.models.adder.batching.queue-capacity=1000000" })
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class PooledMemoryTests {

	private static final int CALLERS = 8;

	private static final int CALLS = 40;

	private static final int GIVEN_UP = 4;

	/** Of two numbers, so that a request has 64 KB and a batch several of them. */
	private static final int ROWS = 8192;

	private static final float WEIGHT = 0.5F;

	@TempDir
	private static Path directory;

	@LocalServerPort
	private int port;

	@Autowired
	private BufferPool pool;

	@DynamicPropertySource
	static void model(DynamicPropertyRegistry properties) {
		Path file = OnnxFiles.adding(directory.resolve("adder.onnx"), WEIGHT);
		properties.add("model-serving.models.adder.location", () -> "file:" + file);
	}

	@BeforeEach
	void awaitModel(@Autowired Attempts attempts) {
		attempts.awaitEndOf("adder");
	}

	@Test
	void answersOverHttpAreThoseOfTheirRequests() throws Exception {
		HttpClient client = HttpClient.newHttpClient();
		// a call that is given up may close the connection that the next one was just
		// lent
		HttpClient givingUp = HttpClient.newHttpClient();
		callAtOnce((number, givesUp) -> {
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://localhost:%d/v2/models/adder/infer".formatted(this.port)))
				.header("Inference-Header-Content-Length", "0")
				.POST(BodyPublishers.ofByteArray(elements(number).array()))
				.build();
			CompletableFuture<HttpResponse<byte[]>> call = (givesUp ? givingUp : client).sendAsync(request,
					BodyHandlers.ofByteArray());
			if (givesUp) {
				call.cancel(true);
				return null;
			}
			byte[] body = call.get(1, TimeUnit.MINUTES).body();
			return ByteBuffer.wrap(body, body.length - ROWS * 8, ROWS * 8);
		});
		requireLentAgain(ROWS * 8);
	}

	@Test
	void answersOverGrpcAreThoseOfTheirRequests(@Autowired GrpcServerLifecycle server) throws Exception {
		ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost", server.getPort()).usePlaintext().build();
		try {
			GRPCInferenceServiceBlockingStub stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
			callAtOnce((number, givesUp) -> {
				ModelInferRequest request = ModelInferRequest.newBuilder()
					.setModelName("adder")
					.addInputs(
							InferInputTensor.newBuilder().setName("x").setDatatype("FP32").addShape(ROWS).addShape(2))
					.addRawInputContents(ByteString.copyFrom(elements(number)))
					.build();
				try {
					return stub.withDeadlineAfter(givesUp ? 3 : 60_000, TimeUnit.MILLISECONDS)
						.modelInfer(request)
						.getRawOutputContents(0)
						.asReadOnlyByteBuffer();
				}
				catch (StatusRuntimeException ex) {
					assertThat(givesUp).as("%s", ex).isTrue();
					// the latter if the model would not make it in time
					assertThat(ex.getStatus().getCode()).isIn(Status.Code.DEADLINE_EXCEEDED,
							Status.Code.RESOURCE_EXHAUSTED);
					return null;
				}
			});
			requireLentAgain(ROWS * 8 + 100);
		}
		finally {
			channel.shutdownNow();
		}
	}

	private void callAtOnce(Caller caller) throws Exception {
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		try {
			List<Future<?>> ends = IntStream.range(0, CALLERS)
				.<Future<?>>mapToObj((number) -> callers.submit(() -> call(caller, number * CALLS)))
				.toList();
			for (Future<?> end : ends) {
				end.get(3, TimeUnit.MINUTES);
			}
		}
		finally {
			callers.shutdownNow();
		}
	}

	/** Requests over the other protocol have another size. */
	private void requireLentAgain(int bytes) {
		long kept = this.pool.keptBytes();
		this.pool.acquire().take(bytes);
		assertThat(this.pool.keptBytes()).as("memory that is lent again").isLessThan(kept);
	}

	private static Void call(Caller caller, int first) throws Exception {
		for (int number = first; number < first + CALLS; number++) {
			boolean givesUp = number % GIVEN_UP == 1;
			ByteBuffer answer = caller.call(number, givesUp);
			if (answer != null) {
				requireSum(answer.order(ByteOrder.LITTLE_ENDIAN), number);
			}
			else if (!givesUp) {
				fail("call %d has no answer", number);
			}
		}
		return null;
	}

	private static ByteBuffer elements(int number) {
		ByteBuffer elements = ByteBuffer.allocate(ROWS * 8).order(ByteOrder.LITTLE_ENDIAN);
		while (elements.hasRemaining()) {
			elements.putFloat(number);
		}
		return elements.flip();
	}

	private static void requireSum(ByteBuffer answer, int number) {
		assertThat(answer.remaining()).isEqualTo(ROWS * 8);
		while (answer.hasRemaining()) {
			float element = answer.getFloat();
			if (element != number + WEIGHT) {
				fail("call %d has %s in its answer", number, element);
			}
		}
	}

	/** Returns the elements of the answer, or {@code null} if it gave up. */
	private interface Caller {

		@Nullable ByteBuffer call(int number, boolean givesUp) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Attempts attempts() {
			return new Attempts();
		}

	}

}
