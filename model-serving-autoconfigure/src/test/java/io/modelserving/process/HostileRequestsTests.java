package io.modelserving.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.InferParameter;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import io.modelserving.grpc.ModelMetadataRequest;
import io.modelserving.grpc.ModelReadyRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests that no request ends or freezes a process with a small heap: after each, liveness
 * and a model answer.
 */
class HostileRequestsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final String INFER = "/v2/models/identity/infer";

	private static final String GOOD = input("[1,2]", "FP32", "[1.5,-2]");

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@TempDir
	private static Path folder;

	private static ServerProcess server;

	private static ManagedChannel channel;

	private final List<Socket> sockets = new ArrayList<>();

	@BeforeAll
	static void start() throws IOException {
		Path repository = Files.createDirectory(folder.resolve("repository"));
		server = ServerProcess.start(folder, List.of("-Xmx256m"),
				"model-serving.models.identity.location=classpath:models/identity_float.onnx",
				"model-serving.models.long.location=classpath:models/identity_int64.onnx",
				"model-serving.models.text.location=classpath:models/echo-text.onnx",
				"model-serving.models.loop.location=classpath:models/loop.onnx",
				"model-serving.models.expand.location=classpath:models/expand.onnx",
				"model-serving.repository=" + repository.toUri(),
				"model-serving.open-inference.allow-repository-control=true");
		channel = ManagedChannelBuilder.forAddress("localhost", server.grpcPort())
			.usePlaintext()
			.maxInboundMessageSize(64 << 20)
			.build();
		for (String model : List.of("identity", "long", "text", "loop", "expand")) {
			await().atMost(PATIENCE)
				.until(() -> send("GET", "/v2/models/" + model + "/ready", BodyPublishers.noBody())
					.statusCode() == 200);
		}
	}

	@AfterAll
	static void stop() {
		if (channel != null) {
			channel.shutdownNow();
		}
		if (server != null) {
			server.close();
		}
	}

	@AfterEach
	void theProcessServesOn() throws IOException {
		for (Socket socket : this.sockets) {
			socket.close();
		}
		assertServes();
	}

	private static void assertServes() {
		assertThat(server.isAlive()).as(server::output).isTrue();
		assertThat(send("GET", "/actuator/health/liveness", BodyPublishers.noBody()).statusCode()).isEqualTo(200);
		HttpResponse<String> answer = post(INFER, GOOD);
		assertThat(answer.body()).contains("[1.5,-2.0]");
	}

	/**
	 * A request that must be rejected.
	 *
	 * @param name what is wrong with it
	 * @param path where it is sent
	 * @param body its body
	 * @param headers names and values of headers
	 */
	record Rejected(String name, String path, BodyPublisher body, String... headers) {

		static Rejected json(String name, String path, String body) {
			return new Rejected(name, path, BodyPublishers.ofString(body), "Content-Type", "application/json");
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Rejected> rejected() throws IOException {
		String load = "/v2/repository/models/junk/load";
		String file = "{\"parameters\": {\"config\": \"{}\", \"file:1/model.onnx\": \"%s\"}}";
		return Stream.of(
				Rejected.json("600,000 unknown inputs", INFER,
						"{\"inputs\":[" + IntStream.range(0, 600_000)
							.mapToObj("{\"name\":\"i%d\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}"::formatted)
							.reduce(new StringBuilder(), (all, one) -> all.append(all.isEmpty() ? "" : ",").append(one),
									StringBuilder::append)
								+ "]}"),
				Rejected.json("a shape of a million dimensions", INFER,
						input("[" + "1,".repeat(999_999) + "1]", "FP32", "[1]")),
				Rejected.json("a shape whose product overflows", INFER, input("[4611686018427387904,4]", "FP32", "[]")),
				Rejected.json("a shape whose product overflows to what is there", INFER,
						input("[4294967296,4294967296,2]", "FP32", "[]")),
				Rejected.json("a negative dimension", INFER, input("[-1,-2]", "FP32", "[1,2]")),
				Rejected.json("a dimension that is no integer", INFER, input("[1e400]", "FP32", "[1]")),
				Rejected.json("a shape that promises much", INFER, input("[1,2000000000]", "FP32", "[1,2]")),
				Rejected.json("deep nesting", INFER, "[".repeat(1_000_000)),
				Rejected.json("deep nesting of data", INFER, input("[1,2]", "FP32", "[".repeat(1_000_000))),
				Rejected.json("an integer of a billion digits", "/v2/models/long/infer",
						input("[1,1]", "INT64", "[1e999999999]")),
				Rejected.json("an integer of a million digits", "/v2/models/long/infer",
						input("[1,1]", "INT64", "[" + "9".repeat(1_000_000) + "]")),
				Rejected.json("a long name of an input", INFER,
						GOOD.replace("\"x\"", "\"" + "n".repeat(10 << 20) + "\"")),
				Rejected.json("deep nesting on a typed endpoint", "/mean", "{\"values\":" + "[".repeat(1_000_000)),
				Rejected.json("a long field on a typed endpoint", "/mean", "{\"" + "n".repeat(10 << 20) + "\": 1}"),
				new Rejected("a bomb of gzip", INFER, BodyPublishers.ofByteArray(gzip(400 << 20)), "Content-Encoding",
						"gzip"),
				new Rejected("a bomb of gzip on a typed endpoint", "/mean", BodyPublishers.ofByteArray(gzip(400 << 20)),
						"Content-Encoding", "gzip", "Content-Type", "application/json"),
				new Rejected("a bomb of a picture", "/brightness", BodyPublishers.ofByteArray(bomb(60_000, 60_000)),
						"Content-Type", "image/png"),
				new Rejected("a malformed media type", "/mean", BodyPublishers.ofString("{}"), "Content-Type", ";;;/"),
				new Rejected("multipart without boundary", "/brightness", BodyPublishers.ofString("x"), "Content-Type",
						"multipart/form-data"),
				new Rejected("a negative length of JSON", INFER, BodyPublishers.ofString(GOOD),
						"Inference-Header-Content-Length", "-1"),
				new Rejected("a huge length of JSON", INFER, BodyPublishers.ofString(GOOD),
						"Inference-Header-Content-Length", "9223372036854775807"),
				new Rejected("a length of JSON that is none", INFER, BodyPublishers.ofString(GOOD),
						"Inference-Header-Content-Length", "1e9"),
				binary("binary data that is longer than the body", "2000000000"),
				binary("binary data of negative length", "-8"),
				binary("binary data of a length that overflows", "18446744073709551624"),
				new Rejected("strings whose lengths lie", "/v2/models/text/infer",
						BodyPublishers.ofByteArray(new byte[] { -1, -1, -1, 127, 65 }),
						"Inference-Header-Content-Length", "0"),
				Rejected.json("a load of junk", load,
						file.formatted(Base64.getEncoder().encodeToString(new byte[1 << 20]))),
				Rejected.json("a load of no base64", load, file.formatted("!".repeat(1 << 20))),
				Rejected.json("a load outside of the repository", load.replace("junk", "%2e%2e%2fjunk"), file),
				Rejected.json("a configuration that is nested deeply", load,
						"{\"parameters\": {\"config\": \"%s\"}}".formatted("[".repeat(1_000_000))));
	}

	private static Rejected binary(String name, String size) {
		byte[] json = """
				{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":%s}}]}"""
			.formatted(size)
			.getBytes(StandardCharsets.US_ASCII);
		ByteBuffer body = ByteBuffer.allocate(json.length + 8).put(json);
		return new Rejected(name, INFER, BodyPublishers.ofByteArray(body.array()), "Inference-Header-Content-Length",
				Integer.toString(json.length));
	}

	@ParameterizedTest
	@MethodSource
	void rejected(Rejected request) {
		HttpResponse<String> answer = send("POST", request.path(), request.body(), request.headers());
		assertThat(answer.statusCode()).as(() -> answer.body().substring(0, Math.min(500, answer.body().length())))
			.isBetween(400, 499);
		assertThat(answer.body().length()).isLessThan(10_000);
		assertThat(answer.body()).doesNotContain("Exception", "\tat ");
	}

	@Test
	void parametersWithCollidingNames() {
		String colliding = String.join(",", colliding(1 << 16).map("\"%s\":1"::formatted).toList());
		String inputs = "\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]%s}]";
		List<String> bodies = List.of("{\"parameters\":{%s},%s}".formatted(colliding, inputs.formatted("")),
				"{" + inputs.formatted(",\"parameters\":{" + colliding + "}") + "}",
				"{" + inputs.formatted("") + ",\"outputs\":[{\"name\":\"y\",\"parameters\":{" + colliding + "}}]}");
		for (String body : bodies) {
			assertThat(post(INFER, body).statusCode()).isIn(200, 400);
		}
		assertThat(post("/v2/repository/models/junk/load", "{\"parameters\":{" + colliding + "}}").statusCode())
			.isBetween(400, 499);
	}

	@Test
	void parametersWithCollidingNamesOverGrpc() {
		ModelInferRequest.Builder request = message();
		InferParameter one = InferParameter.newBuilder().setInt64Param(1).build();
		colliding(1 << 16).forEach((name) -> request.putParameters(name, one));
		Status.Code code = call(request.build());
		assertThat(code).isIn(Status.Code.OK, Status.Code.INVALID_ARGUMENT);
	}

	/** Names of the same hash code. */
	private static Stream<String> colliding(int count) {
		int bits = Integer.numberOfTrailingZeros(count);
		return IntStream.range(0, count).mapToObj((number) -> {
			StringBuilder name = new StringBuilder();
			for (int bit = 0; bit < bits; bit++) {
				name.append(((number >> bit & 1) == 0) ? "Aa" : "BB");
			}
			return name.toString();
		});
	}

	@Test
	void aModelNameOfTenMegabytesOverGrpc() {
		assertThat(call(message().setModelName("n".repeat(10 << 20)).build())).isEqualTo(Status.Code.NOT_FOUND);
		String name = "n".repeat(10 << 20);
		StatusRuntimeException unknown = catchThrowableOfType(StatusRuntimeException.class,
				() -> GRPCInferenceServiceGrpc.newBlockingStub(channel)
					.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
					.modelMetadata(ModelMetadataRequest.newBuilder().setName(name).build()));
		assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
	}

	@Test
	void shapesThatLieOverGrpc() {
		for (List<Long> shape : List.of(List.of(Long.MAX_VALUE, 4L), List.of(-1L, -2L),
				Collections.nCopies(1_000_000, 1L))) {
			ModelInferRequest request = ModelInferRequest.newBuilder()
				.setModelName("identity")
				.addInputs(InferInputTensor.newBuilder().setName("x").setDatatype("FP32").addAllShape(shape))
				.addRawInputContents(ByteString.copyFrom(new byte[8]))
				.build();
			assertThat(call(request)).isEqualTo(Status.Code.INVALID_ARGUMENT);
		}
	}

	@Test
	void loopsThatDoNotEnd() {
		String endless = """
				{"parameters":{"timeout":300000},
				 "inputs":[{"name":"n","shape":[1,1],"datatype":"INT64","data":[1000000000000]}]}""";
		List<CompletableFuture<HttpResponse<String>>> calls = Stream
			.generate(() -> sendAsync("POST", "/v2/models/loop/infer", BodyPublishers.ofString(endless)))
			.limit(4)
			.toList();
		assertServes();
		calls.forEach((call) -> assertThat(call.join().statusCode()).isEqualTo(504));
		String three = "{\"inputs\":[{\"name\":\"n\",\"shape\":[1,1],\"datatype\":\"INT64\",\"data\":[3]}]}";
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(post("/v2/models/loop/infer", three).body()).contains("[4.0]"));
	}

	@Test
	void outputsOfManyGigabytes() {
		String shape = "{\"inputs\":[{\"name\":\"shape\",\"shape\":[3],\"datatype\":\"INT64\",\"data\":[%s]}]}";
		for (String huge : List.of("1099511627776,1,1", "1048576,1048576,1", "9223372036854775807,4,4", "-1,-1,-1")) {
			assertThat(post("/v2/models/expand/infer", shape.formatted(huge)).statusCode()).isBetween(400, 599);
		}
		assertThat(post("/v2/models/expand/infer", shape.formatted("1,2,2")).body()).contains("[1.0,1.0,1.0,1.0]");
	}

	@Test
	void textWithNulAndEmoji() {
		String text = "{\"inputs\":[{\"name\":\"s\",\"shape\":[3],\"datatype\":\"BYTES\","
				+ "\"data\":[\"a\\u0000b\",\"\\ud83d\\ude00\",\"\\ud840\\udc00\"]}]}";
		HttpResponse<String> answer = post("/v2/models/text/infer", text);
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.body()).contains("a\\u0000b", "\ud83d\ude00", "\ud840\udc00");
	}

	@Test
	void tenMillionEmptyStrings() {
		HttpResponse<String> answer = send("POST", "/v2/models/text/infer",
				BodyPublishers.ofByteArray(new byte[40_000_000]), "Inference-Header-Content-Length", "0");
		assertThat(answer.statusCode()).as(answer.body()).isIn(200, 400, 413, 429, 503);
	}

	/** A connection may be closed before its client has sent all that is rejected. */
	@Test
	void legalRequestsThatNeedMoreMemoryThanThereIs() {
		byte[] large = new byte[60 << 20];
		List<CompletableFuture<String>> calls = Stream.generate(() -> sendAsync("POST", INFER,
				BodyPublishers.ofByteArray(large), "Inference-Header-Content-Length", "0")
			.handle((answer, failure) -> (answer != null) ? answer.statusCode() + " " + answer.body() : "429 closed"))
			.limit(8)
			.toList();
		calls.forEach((call) -> assertThat(call.join()).matches("(?s)(200|400|413|429|503) .*"));
	}

	@Test
	void threeHundredSlowSenders() throws IOException {
		for (String head : List.of("POST /mean HTTP/1.1\r\nContent-Type: application/json\r\n",
				"POST " + INFER + " HTTP/1.1\r\n", "POST /v2/models/none/infer HTTP/1.1\r\n")) {
			for (int i = 0; i < 100; i++) {
				send(head + "Host: x\r\nContent-Length: 100000\r\n\r\n{");
			}
		}
		assertServes();
	}

	/** What is rejected is discarded for some seconds, so that its sender sees why. */
	@Test
	void chunksThatDoNotEnd() throws IOException {
		for (int i = 0; i < 2; i++) {
			OutputStream body = send("POST " + INFER + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
				.getOutputStream();
			byte[] chunk = ("100000\r\n" + " ".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
			try {
				for (int megabyte = 0; megabyte < 100_000; megabyte++) {
					body.write(chunk);
				}
				throw new AssertionError("the server reads on and on");
			}
			catch (IOException ex) {
				// as it should be: the server has closed the connection
			}
		}
	}

	private Socket send(String request) throws IOException {
		Socket socket = new Socket("localhost", server.httpPort());
		this.sockets.add(socket);
		socket.setSoTimeout((int) PATIENCE.toMillis());
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	@Test
	void manyHalfOpenCallsOverGrpc() {
		List<ClientCall<?, ?>> calls = new ArrayList<>();
		for (int i = 0; i < 250; i++) {
			calls.add(halfOpen(GRPCInferenceServiceGrpc.getModelInferMethod()));
			calls.add(halfOpen(GRPCInferenceServiceGrpc.getModelStreamInferMethod()));
		}
		assertServes();
		assertThat(call(message().build())).isEqualTo(Status.Code.OK);
		calls.forEach((call) -> call.cancel("enough", null));
	}

	private static <A> ClientCall<ModelInferRequest, A> halfOpen(MethodDescriptor<ModelInferRequest, A> method) {
		ClientCall<ModelInferRequest, A> call = channel.newCall(method, CallOptions.DEFAULT);
		call.start(new ClientCall.Listener<A>() {
		}, new Metadata());
		call.sendMessage(message().build());
		return call;
	}

	@Test
	void junkInsteadOfMessagesOverGrpc() throws IOException {
		for (int i = 0; i < 50; i++) {
			Socket socket = new Socket("localhost", server.grpcPort());
			this.sockets.add(socket);
			socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			socket.getOutputStream().write(new byte[] { 127, -1, -1, 1, 5, -1, -1, -1, -1 });
		}
		assertThat(GRPCInferenceServiceGrpc.newBlockingStub(channel)
			.modelReady(ModelReadyRequest.newBuilder().setName("identity").build())
			.getReady()).isTrue();
	}

	private static ModelInferRequest.Builder message() {
		ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2).flip();
		return ModelInferRequest.newBuilder()
			.setModelName("identity")
			.addInputs(InferInputTensor.newBuilder().setName("x").setDatatype("FP32").addShape(1).addShape(2))
			.addRawInputContents(ByteString.copyFrom(data));
	}

	private static Status.Code call(ModelInferRequest request) {
		try {
			GRPCInferenceServiceGrpc.newBlockingStub(channel)
				.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
				.modelInfer(request);
			return Status.Code.OK;
		}
		catch (StatusRuntimeException ex) {
			return ex.getStatus().getCode();
		}
	}

	private static String input(String shape, String type, String data) {
		return "{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}".formatted(shape, type,
				data);
	}

	private static HttpResponse<String> post(String path, String body) {
		return send("POST", path, BodyPublishers.ofString(body));
	}

	private static HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers) {
		return sendAsync(method, path, body, headers).join();
	}

	private static CompletableFuture<HttpResponse<String>> sendAsync(String method, String path, BodyPublisher body,
			String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.httpPort() + path))
			.timeout(PATIENCE)
			.method(method, body);
		return CLIENT.sendAsync(((headers.length > 0) ? request.headers(headers) : request).build(),
				BodyHandlers.ofString());
	}

	private static byte[] gzip(int zeros) throws IOException {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		try (OutputStream target = new GZIPOutputStream(compressed, 1 << 16)) {
			byte[] chunk = new byte[1 << 20];
			for (int written = 0; written < zeros; written += chunk.length) {
				target.write(chunk);
			}
		}
		return compressed.toByteArray();
	}

	/** A PNG of a few bytes that says how large it is. */
	private static byte[] bomb(int width, int height) {
		ByteBuffer header = ByteBuffer.allocate(17)
			.put("IHDR".getBytes(StandardCharsets.US_ASCII))
			.putInt(width)
			.putInt(height)
			.put(new byte[] { 8, 2, 0, 0, 0 });
		CRC32 checksum = new CRC32();
		checksum.update(header.array());
		return ByteBuffer.allocate(33)
			.put(new byte[] { (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' })
			.putInt(13)
			.put(header.array())
			.putInt((int) checksum.getValue())
			.array();
	}

}
