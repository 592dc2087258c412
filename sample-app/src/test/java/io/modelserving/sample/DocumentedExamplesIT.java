package io.modelserving.sample;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/**
 * Sends the example of every operation that has one, and expects what the document shows
 * as its response.
 */
@SampleTest
class DocumentedExamplesIT {

	private static final String JSON = "/content/application~1json/example";

	@LocalServerPort
	private int port;

	@Test
	void everyExampleIsAnsweredAsShown() {
		SampleClient client = SampleClient.whenReady(this.port);
		Set<String> expected = Set.of("/digits", "/digits/erasure", "/numbers", "/iris", "/v1/embeddings", "/rerank",
				"/sentiment", "/drawings", "/land-cover", "/v2/models/digits/infer", "/v2/models/iris/infer",
				"/v2/models/all-minilm-l6-v2/infer", "/v2/models/writer/infer", "/v2/models/painter/infer",
				"/v2/models/land-cover/infer", "/v2/models/sentiment-head/infer", "/v2/models/sentiment/infer");
		await().atMost(SampleClient.PATIENCE)
			.untilAsserted(() -> assertThat(withResponse(document(client))).isEqualTo(expected));
		JsonNode paths = document(client).path("paths");
		for (String path : expected) {
			JsonNode operation = paths.path(path).path("post");
			HttpResponse<String> response = client.postForJson(path, operation.at("/requestBody" + JSON).toString());
			assertThat(response.statusCode()).as(path + response.body()).isEqualTo(200);
			requireSame(path, operation.at("/responses/200" + JSON), JsonMapper.shared().readTree(response.body()));
		}
	}

	private static JsonNode document(SampleClient client) {
		return JsonMapper.shared().readTree(client.get("/v3/api-docs").body());
	}

	private static Set<String> withResponse(JsonNode document) {
		Set<String> paths = new TreeSet<>();
		for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
			if (!path.getValue().at("/post/responses/200" + JSON).isMissingNode()) {
				paths.add(path.getKey());
			}
		}
		return paths;
	}

	/** Long lists are cut, and a batch may round in another way. */
	private static void requireSame(String where, JsonNode shown, JsonNode given) {
		if (shown.isArray()) {
			assertThat(given.size()).as(where).isGreaterThanOrEqualTo(shown.size());
			for (int i = 0; i < shown.size(); i++) {
				requireSame(where + "/" + i, shown.get(i), given.get(i));
			}
		}
		else if (shown.isObject()) {
			assertThat(List.copyOf(given.propertyNames())).as(where).isEqualTo(List.copyOf(shown.propertyNames()));
			shown.properties()
				.forEach(member -> requireSame(where + "/" + member.getKey(), member.getValue(),
						given.path(member.getKey())));
		}
		else if (shown.isNumber()) {
			assertThat(given.doubleValue()).as(where).isCloseTo(shown.doubleValue(), within(1e-4));
		}
		else {
			assertThat(given).as(where).isEqualTo(shown);
		}
	}

}
