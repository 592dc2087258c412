package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs {@code grpcurl}, which knows nothing of the protocol but what reflection says.
 * Skipped where it is not installed.
 */
@ProtocolTest
class GrpcurlIT {

	private static Path grpcurl;

	private final String target;

	GrpcurlIT(@LocalServerPort int port, @Autowired GrpcServerLifecycle grpc) {
		SampleClient.whenReady(port);
		this.target = "localhost:" + grpc.getPort();
	}

	@BeforeAll
	static void findGrpcurl() {
		grpcurl = Tools.requireGo("grpcurl");
	}

	@Test
	void whenAskedToListThenServicesAndCallsAreListed() throws IOException, InterruptedException {
		assertThat(run("list").lines()).contains("inference.GRPCInferenceService", "grpc.health.v1.Health");
		assertThat(run("list", "inference.GRPCInferenceService").lines()).contains(
				"inference.GRPCInferenceService.ModelInfer", "inference.GRPCInferenceService.ModelStreamInfer",
				"inference.GRPCInferenceService.ServerLive", "inference.GRPCInferenceService.RepositoryIndex");
	}

	@Test
	void whenHealthIsAskedThenItServes() throws IOException, InterruptedException {
		String answer = run("grpc.health.v1.Health/Check");
		assertThat(JsonPath.<String>read(answer, "$.status")).isEqualTo("SERVING");
	}

	@Test
	void whenModelIsAskedThenItAnswers() throws IOException, InterruptedException {
		String answer = run("inference.GRPCInferenceService/ModelInfer", """
				{"model_name": "twice", "inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2],
				 "contents": {"fp32_contents": [1.5, -2]}}]}""");
		assertThat(JsonPath.<String>read(answer, "$.model_name")).isEqualTo("twice");
		assertThat(JsonPath.<String>read(answer, "$.raw_output_contents[0]")).isEqualTo("AABAQAAAgMA=");
	}

	private String run(String call) throws IOException, InterruptedException {
		return run(call, null);
	}

	private String run(String call, String argument) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of(grpcurl.toString(), "-plaintext"));
		if (argument != null && argument.startsWith("{")) {
			command.addAll(List.of("-d", argument));
		}
		command.addAll(List.of(this.target, call));
		if (argument != null && !argument.startsWith("{")) {
			command.add(argument);
		}
		Python.Result result = Python.run(Map.of(), command);
		assertThat(result.exitCode()).as(result.output()).isZero();
		return protoNames(result.output());
	}

	/**
	 * Name fields as the protocol does, whether or not the tool does too.
	 * @param json what the tool wrote
	 * @return the same with names such as {@code model_name}
	 */
	static String protoNames(String json) {
		return Pattern.compile("([a-z])([A-Z])(?=\\w*\":)")
			.matcher(json)
			.replaceAll(hump -> hump.group(1) + "_" + hump.group(2).toLowerCase(Locale.ROOT));
	}

}
