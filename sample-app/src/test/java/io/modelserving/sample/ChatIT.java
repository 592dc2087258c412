package io.modelserving.sample;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has texts written in the manner of OpenAI's API.
 */
@SampleTest
class ChatIT {

	private static final String PATH = "/v1/chat/completions";

	private final SampleClient client;

	ChatIT(@LocalServerPort int port) {
		this.client = SampleClient.whenReady(port);
	}

	private static String request(String more) {
		return """
				{"model": "writer", "messages": [{"role": "user", "content": "the busy server "}]%s}""".formatted(more);
	}

	@Test
	void whenAStreamIsWantedThenItsPartsAreTheWholeText() {
		DocumentContext whole = SampleClient.ok(this.client.post(PATH, request(", \"seed\": 5")));
		String text = whole.read("$.choices[0].message.content");
		assertThat(text).matches("[a-z ]+\\.");
		assertThat(whole.<Integer>read("$.usage.completion_tokens")).isEqualTo(text.length());
		HttpResponse<String> stream = this.client.post(PATH, request(", \"seed\": 5, \"stream\": true"));
		assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		assertThat(stream.headers().firstValue("Content-Length")).as("it is not held back").isEmpty();
		List<String> events = stream.body().lines().filter((line) -> !line.isEmpty()).toList();
		assertThat(events).hasSize(text.length() + 3).last().isEqualTo("data:[DONE]");
		List<DocumentContext> parts = events.subList(0, events.size() - 1)
			.stream()
			.map((event) -> JsonPath.parse(event.substring("data:".length())))
			.toList();
		assertThat(parts.stream()
			.flatMap((part) -> part.<List<String>>read("$.choices[*].delta.content").stream())
			.collect(Collectors.joining())).isEqualTo(text);
		assertThat(parts.get(parts.size() - 1).<String>read("$.choices[0].finish_reason")).isEqualTo("stop");
	}

	@Test
	void whenTheTextIsLimitedThenItSaysSo() {
		DocumentContext answer = SampleClient
			.ok(this.client.post(PATH, request(", \"max_completion_tokens\": 5, \"temperature\": 0")));
		assertThat(answer.<String>read("$.choices[0].message.content")).hasSize(5);
		assertThat(answer.<String>read("$.choices[0].finish_reason")).isEqualTo("length");
		assertThat(answer.<Integer>read("$.usage.total_tokens")).isEqualTo(21);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "{'model': 'gpt', 'messages': []} | 404 | writer",
					"{'model': 'writer', 'messages': [], 'stream': true} | 400 | messages",
					"{'messages': [{'content': 'the'}]} | 404 | model", "{'model': 'writer'} | 400 | messages",
					"{'model': 'writer', 'messages': [null]} | 400 | messages", "{ | 400 | JSON" })
	void whenTheRequestIsWrongThenTheErrorIsInTheWordsOfThatApi(String request, int status, String named) {
		HttpResponse<String> response = this.client.post(PATH, "application/json",
				BodyPublishers.ofString(request.replace('\'', '"')));
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(JsonPath.<String>read(response.body(), "$.error.message")).contains(named);
	}

}
