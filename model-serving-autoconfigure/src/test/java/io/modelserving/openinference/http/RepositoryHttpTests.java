package io.modelserving.openinference.http;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link RepositoryHandler} over HTTP, where callers may load and unload.
 */
@OpenInferenceHttpTest
@TestPropertySource(properties = "model-serving.open-inference.allow-repository-control=true")
class RepositoryHttpTests {

	private static final String LOAD = "/v2/repository/models/digits/load";

	private final FakeModels models;

	private final FakeRepository repository;

	private final HttpCaller http;

	RepositoryHttpTests(@Autowired FakeModels models, @Autowired FakeRepository repository, @LocalServerPort int port) {
		this.models = models;
		this.repository = repository;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		this.repository.reset();
		this.models.add(new ModelKey("digits", 1), new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()));
		this.models.set(new ModelKey("iris", 2), ModelState.FAILED, "not a model", false);
	}

	@Test
	void indexIsAnArrayWhateverTheBodyClaimsToBe() {
		String all = """
				[{"name":"absent","state":"UNAVAILABLE","reason":"not loaded"},\
				{"name":"digits","version":"1","state":"READY"},\
				{"name":"iris","version":"2","state":"UNAVAILABLE","reason":"not a model"}]""";
		assertThat(this.http.post("/v2/repository/index", "").body()).isEqualTo(all);
		assertThat(this.http.post("/v2/repository/index", "{}", "Content-Type", "application/octet-stream").body())
			.isEqualTo(all);
		assertThat(this.http.post("/v2/repository/index", "{\"ready\":true}").body())
			.isEqualTo("[{\"name\":\"digits\",\"version\":\"1\",\"state\":\"READY\"}]");
	}

	@Test
	void modelIsLoadedWithWhatShallBeDifferent() {
		HttpResponse<String> response = this.http.post(LOAD, """
				{"parameters":{"config":"{\\"max_batch_size\\":4}","file:1/model.onnx":"AQI=","other":true}}""");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(this.repository.loads()).singleElement().satisfies((load) -> {
			assertThat(load.model()).isEqualTo("digits");
			assertThat(load.overrides().config()).containsExactly(Map.entry("max_batch_size", 4));
			assertThat(load.overrides().files().get("1/model.onnx")).containsExactly(1, 2);
		});
	}

	@Test
	void modelIsLoadedAsItIsWithoutABody() {
		HttpResponse<String> response = this.http.post(LOAD, "");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(HttpCaller.json(response).path("load").booleanValue()).isTrue();
		assertThat(this.repository.loads()).singleElement()
			.satisfies((load) -> assertThat(load.overrides().isEmpty()).isTrue());
	}

	@Test
	void modelIsUnloaded() {
		assertThat(
				this.http.post("/v2/repository/models/digits/unload", "{\"parameters\":{\"unload_dependents\":false}}")
					.statusCode())
			.isEqualTo(200);
		assertThat(this.repository.unloads()).containsExactly("digits");
	}

	@Test
	void whenModelCannotBeLoadedThenTheReasonIsTold() {
		HttpResponse<String> failed = this.http.post("/v2/repository/models/iris/load", "");
		assertThat(failed.statusCode()).isEqualTo(503);
		assertThat(HttpCaller.error(failed)).isEqualTo("model \"iris\" version 2 could not be loaded: not a model");
		HttpResponse<String> unknown = this.http.post("/v2/repository/models/none/unload", "");
		assertThat(unknown.statusCode()).isEqualTo(404);
		assertThat(HttpCaller.error(unknown)).isEqualTo("no model none");
	}

	@Test
	void whenFileOfTheRequestIsNoModelThenThatIsTheCallersMistake() {
		this.models.setInvalid(new ModelKey("iris", 2), "not a model");
		HttpResponse<String> failed = this.http.post("/v2/repository/models/iris/load",
				"{\"parameters\":{\"config\":\"{}\",\"file:1/model.onnx\":\"AQI=\"}}");
		assertThat(failed.statusCode()).isEqualTo(400);
		assertThat(failed.headers().firstValue("Retry-After")).isEmpty();
		assertThat(HttpCaller.error(failed)).isEqualTo("model \"iris\" version 2 could not be loaded: not a model");
	}

	@Test
	void whenFileOfTheRequestIsGoodButTheEnvironmentIsNotThenTryingAgainMayHelp() {
		this.models.set(new ModelKey("iris", 2), ModelState.FAILED, "there is no device", false);
		HttpResponse<String> failed = this.http.post("/v2/repository/models/iris/load",
				"{\"parameters\":{\"config\":\"{}\",\"file:1/model.onnx\":\"AQI=\"}}");
		assertThat(failed.statusCode()).isEqualTo(503);
		assertThat(failed.headers().firstValue("Retry-After")).hasValue("1");
	}

	@Test
	void whenFileOfTheRepositoryIsNoModelThenThatIsNotTheCallersMistake() {
		this.models.setInvalid(new ModelKey("iris", 2), "not a model");
		assertThat(this.http.post("/v2/repository/models/iris/load", "").statusCode()).isEqualTo(503);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			[]|the body must be an object
			{|the body is not JSON
			{"parameters":1}|parameters is NUMBER; an object is needed
			{"parameters":{"config":{}}}|must be a string that holds an object in JSON
			{"parameters":{"config":"[]"}}|must be a string that holds an object in JSON
			{"parameters":{"config":"{}","file:a":"*"}}|parameter "file:a" is not in Base64
			{"parameters":{"config":"{}","file:a":1}}|the content of the file is needed
			{"parameters":{"file:a":""}}|parameter "config" is needed where there are files
			""")
	void whenBodyMakesNoSenseThenNothingIsLoaded(String body, String message) {
		HttpResponse<String> response = this.http.post(LOAD, body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).contains(message);
		assertThat(this.repository.loads()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Sec-Fetch-Site | cross-site           | text/plain
			Sec-Fetch-Site | cross-site           | application/x-www-form-urlencoded
			Sec-Fetch-Site | cross-site           | multipart/form-data; boundary=x
			Sec-Fetch-Site | cross-site           |
			Sec-Fetch-Site | same-site            | text/plain;charset=UTF-8
			Sec-Fetch-Site | CROSS-SITE           | nonsense
			Sec-Fetch-Site | anything             | */*
			Origin         | https://evil.example | text/plain
			Origin         | null                 |
			Origin         | http://localhost:1   | text/plain; application/json
			Origin         | https://localhost    | application/*
			Origin         | http://localhost.evil | text/json
			Origin         | not an origin        | multipart/mixed; x=application/json
			""")
	void whenPageOfAnotherOriginSendsWhatBrowsersDoNotAskAboutThenItIsRejected(String header, String value,
			String type) {
		for (String operation : List.of("load", "unload")) {
			for (String body : List.of("", "{}", "{\"parameters\":{}}")) {
				String path = "/v2/repository/models/digits/" + operation;
				HttpResponse<String> response = (type != null)
						? this.http.post(path, body, header, value, "Content-Type", type)
						: this.http.post(path, body, header, value);
				assertThat(response.statusCode()).isEqualTo(403);
				assertThat(HttpCaller.error(response)).contains("application/json");
			}
		}
		assertThat(this.repository.loads()).isEmpty();
		assertThat(this.repository.unloads()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			X-Any          | none: no browser sent it |
			X-Any          | none: no browser sent it | application/octet-stream
			X-Any          | none: no browser sent it | text/plain
			Sec-Fetch-Site | same-origin              | text/plain
			Sec-Fetch-Site | none                     |
			Sec-Fetch-Site | cross-site               | application/json
			Origin         | https://other.example    | application/json;charset=utf-8
			Origin         | http://localhost:%d      |
			Origin         | http://LOCALHOST:%d      | application/x-www-form-urlencoded
			""")
	void whenNoOtherPageCouldHaveSentItThenModelIsUnloaded(String header, String value, String type) {
		String path = "/v2/repository/models/digits/unload";
		String sent = value.formatted(this.http.port());
		HttpResponse<String> response = (type != null) ? this.http.post(path, "{}", header, sent, "Content-Type", type)
				: this.http.post(path, "", header, sent);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(this.repository.unloads()).containsExactly("digits");
	}

	@Test
	void whenBodyIsTooLargeThenItIsRejected() {
		assertThat(this.http.post(LOAD, "{\"a\":\"" + "x".repeat(11_000) + "\"}").statusCode()).isEqualTo(413);
	}

}
