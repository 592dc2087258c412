package io.modelserving.endpoint.http;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.model.InferenceException.ExecutionFailed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests typed endpoints on a real server.
 */
@EndpointHttpTest
class EndpointHttpTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private SwitchableService service;

	@LocalServerPort
	private int port;

	@BeforeEach
	void resetService() {
		this.service.reset();
	}

	private RestTestClient.ResponseSpec post(String path, String type, Object body, String accept) {
		return this.client.post().uri(path).header("Content-Type", type).header("Accept", accept).body(body).exchange();
	}

	private static byte[] picture(int width, int height, String format) {
		BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		Graphics2D graphics = image.createGraphics();
		graphics.setColor(new Color(51, 51, 51));
		graphics.fillRect(0, 0, width, height);
		graphics.dispose();
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try {
			ImageIO.write(image, format, target);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		return target.toByteArray();
	}

	private HttpRequest request(String path, String body) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build();
	}

	@Test
	void whenTrafficIsStickyThenTheValueOfItsHeaderIsTheRoutingKey() throws Exception {
		HttpClient http = HttpClient.newHttpClient();
		HttpRequest keyed = HttpRequest.newBuilder(request("/mean", "{\"values\": [1]}"), (name, value) -> true)
			.header("x-session", "anna")
			.build();
		assertThat(http.send(keyed, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
		assertThat(http.send(request("/mean", "{\"values\": [1]}"), BodyHandlers.ofString()).statusCode())
			.isEqualTo(200);
		assertThat(this.service.requests).extracting(InferenceRequest::routingKey).containsExactly("anna", null);
	}

	@ParameterizedTest
	@CsvSource({ "250, 250", "250ms, 250", "2s, 2000" })
	void whenCallerSaysHowLongItWaitsThenModelIsTold(String header, long millis) {
		this.client.post()
			.uri("/mean")
			.contentType(MediaType.APPLICATION_JSON)
			.header("X-Request-Timeout", header)
			.body("{\"values\": [1]}")
			.exchange()
			.expectStatus()
			.isOk();
		assertThat(this.service.requests.get(0).deadline().timeout()).isEqualTo(Duration.ofMillis(millis));
	}

	@Test
	void whenRequestHasSeveralItemsThenEachIsACallAndOrderIsKept() throws Exception {
		this.service.hold();
		CompletableFuture<HttpResponse<String>> response = HttpClient.newHttpClient()
			.sendAsync(request("/lengths", "{\"texts\": [\"a\", \"bbb\", \"cc\"]}"), BodyHandlers.ofString());
		List<SwitchableService.Call> calls = List.of(this.service.take(), this.service.take(), this.service.take());
		IntStream.of(2, 0, 1).forEach((i) -> calls.get(i).complete());
		assertThat(response.get(30, TimeUnit.SECONDS).body()).isEqualTo("{\"a\":1,\"bbb\":3,\"cc\":2}");
	}

	@Test
	void whenOneItemFailsThenRequestFailsAndOthersAreGivenUp() throws Exception {
		this.service.hold();
		CompletableFuture<HttpResponse<String>> response = HttpClient.newHttpClient()
			.sendAsync(request("/lengths", "{\"texts\": [\"a\", \"bbb\"]}"), BodyHandlers.ofString());
		SwitchableService.Call first = this.service.take();
		SwitchableService.Call second = this.service.take();
		second.answer().completeExceptionally(new ExecutionFailed("the model failed", null));
		assertThat(response.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
		assertThat(first.answer()).isCancelled();
	}

	@Test
	void whenRequestHasNoItemsThenModelIsNotAsked() {
		post("/lengths", "application/json", "{\"texts\": []}", "*/*").expectStatus().isOk().expectBody().json("{}");
		assertThat(this.service.requests).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "png, image/png", "jpeg, image/jpeg", "gif, image/gif", "bmp, image/bmp" })
	void whenBodyIsPictureThenItIsRead(String format, String type) {
		post("/brightness", type, picture(10, 10, format), "*/*").expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.value")
			.value(Double.class, (value) -> assertThat(value).isBetween(0.19, 0.21));
	}

	@ParameterizedTest
	@ValueSource(strings = { "image", "file" })
	void whenFormHasPictureThenItIsRead(String part) {
		post("/brightness", "multipart/form-data", form(part, picture(10, 10, "png")), "*/*").expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.value")
			.exists();
	}

	private static MultiValueMap<String, Object> form(String part, byte[] content) {
		MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
		form.add(part, new ByteArrayResource(content) {

			@Override
			public String getFilename() {
				return "picture.png";
			}

		});
		return form;
	}

	@Test
	void whenFormHasNoPictureThenPartsAreNamed() {
		post("/brightness", "multipart/form-data", form("other", new byte[1]), "*/*").expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("The form has the parts [other]; the picture must be in \"image\" or \"file\"");
	}

	@Test
	void whenEndpointTakesPicturesThenItStillTakesJson() {
		post("/brightness", "application/json", "{\"value\": 0.5}", "*/*").expectStatus()
			.isOk()
			.expectBody()
			.json("{\"value\": 0.5}");
	}

	@Test
	void whenPictureMakesInvalidRequestThen422() {
		BufferedImage white = new BufferedImage(5, 5, BufferedImage.TYPE_INT_ARGB);
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		assertThatCode(() -> ImageIO.write(white, "png", target)).doesNotThrowAnyException();
		post("/brightness", "image/png", target.toByteArray(), "*/*").expectStatus()
			.isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
	}

	@Test
	void whenPictureDoesNotSuitHandlerThen400HasItsMessage() {
		post("/brightness", "image/png", picture(21, 1, "png"), "*/*").expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("the picture is wider than 20 pixels");
	}

	@Test
	void whenPictureHasTooManyPixelsThen413NamesProperty() {
		post("/brightness", "image/png", picture(101, 100, "png"), "*/*").expectStatus()
			.isEqualTo(HttpStatus.CONTENT_TOO_LARGE)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("The picture has 101 x 100 pixels; at most 10000 pixels are accepted"
					+ " (model-serving.endpoints.max-pixels)");
	}

	@Test
	void whenPictureIsOfUnknownFormatThen415NamesFormats() {
		post("/brightness", "image/tiff", new byte[] { 1, 2, 3 }, "*/*").expectStatus()
			.isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE)
			.expectBody()
			.jsonPath("$.detail")
			.value(String.class, (detail) -> assertThat(detail).contains("image/jpeg, image/png"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 100 })
	void whenHandlerDecodesItselfThenItGetsWhatWasSent(int size) {
		byte[] png = noise(size);
		String json = "{\"image\": \"%s\"}".formatted(Base64.getEncoder().encodeToString(png));
		double brightness = brightness(post("/encoded", "image/png", png, "*/*"));
		assertThat(brightness).isBetween(0.4, 0.6);
		assertThat(brightness(post("/encoded", "application/json", json, "*/*"))).isEqualTo(brightness);
		assertThat(brightness(post("/encoded", "multipart/form-data", form("image", png), "*/*")))
			.isEqualTo(brightness);
	}

	private static double brightness(RestTestClient.ResponseSpec response) {
		Number value = (Number) response.expectStatus()
			.isOk()
			.expectBody(Map.class)
			.returnResult()
			.getResponseBody()
			.get("value");
		return value.doubleValue();
	}

	/**
	 * A picture of noise, which PNG does not make smaller.
	 */
	private static byte[] noise(int size) {
		BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
		Random random = new Random(1);
		for (int i = 0; i < size * size; i++) {
			image.setRGB(i % size, i / size, random.nextInt());
		}
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		assertThatCode(() -> ImageIO.write(image, "png", target)).doesNotThrowAnyException();
		return target.toByteArray();
	}

	@Test
	void whenHandlerDecodesItselfAndThereIsNoPictureThen400() {
		for (int size : new int[] { 8, 20_000 }) {
			post("/encoded", "image/png", new byte[size], "*/*").expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.detail")
				.value(String.class, (detail) -> assertThat(detail).contains("image/png"));
		}
	}

	@Test
	void whenPictureIsBrokenThen400() {
		byte[] png = picture(10, 10, "png");
		png[50] ^= 0x55;
		post("/brightness", "image/png", png, "*/*").expectStatus().isBadRequest();
	}

	@ParameterizedTest
	@CsvSource({ "*/*, image/png", "image/*, image/png", "image/jpeg, image/jpeg",
			"'image/png;q=0.5, image/jpeg', image/jpeg" })
	void whenResponseIsPictureThenAcceptChoosesItsFormat(String accept, String type) throws IOException {
		byte[] negative = post("/negative", "image/png", picture(3, 2, "png"), accept).expectStatus()
			.isOk()
			.expectHeader()
			.contentType(type)
			.expectBody(byte[].class)
			.returnResult()
			.getResponseBody();
		BufferedImage image = ImageIO.read(new ByteArrayInputStream(negative));
		assertThat(image.getWidth()).isEqualTo(3);
		assertThat(image.getRGB(1, 1) & 0xff).isBetween(202, 206);
	}

	@Test
	void whenRequestIsPictureThenJsonIsNotRead() {
		post("/negative", "application/json", "{}", "*/*").expectStatus()
			.isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE)
			.expectBody()
			.jsonPath("$.detail")
			.value(String.class,
					(detail) -> assertThat(detail).doesNotContain("json, application").contains("image/png"));
	}

	@ParameterizedTest
	@CsvSource({ "*/*, text/csv", "text/plain, text/plain" })
	void whenResponseIsTextThenItIsOfADeclaredType(String accept, String type) {
		post("/text", "application/json", "{\"values\": [2]}", accept).expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(type)
			.expectBody(String.class)
			.isEqualTo("y=2.0");
	}

}
