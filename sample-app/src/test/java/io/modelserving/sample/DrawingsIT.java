package io.modelserving.sample;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has digits drawn, and reads them.
 */
@SampleTest
class DrawingsIT {

	private static final List<String> WORDS = List.of("zero", "one", "two", "three", "four", "five", "six", "seven",
			"eight", "nine");

	private final SampleClient client;

	DrawingsIT(@LocalServerPort int port) {
		this.client = SampleClient.whenReady(port);
	}

	@Test
	void whenAWordIsDrawnThenTheOtherModelReadsItsDigit() {
		for (int digit = 0; digit < WORDS.size(); digit++) {
			Set<String> drawings = new TreeSet<>();
			for (int seed = 0; seed < 3; seed++) {
				byte[] png = draw(WORDS.get(digit), seed);
				drawings.add(new String(png, StandardCharsets.ISO_8859_1));
				assertThat(read(png)).as("%s by seed %d", WORDS.get(digit), seed).isEqualTo(digit);
			}
			assertThat(drawings).as("each seed has its own hand").hasSize(3);
		}
		assertThat(draw("four", 1)).isEqualTo(draw("four", 1));
	}

	private byte[] draw(String word, int seed) {
		HttpResponse<byte[]> response = this.client.postForBytes("/drawings", "application/json",
				BodyPublishers.ofString("{\"prompt\": \"Draw a %s!\", \"seed\": %d}".formatted(word, seed)),
				"image/png");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("image/png");
		return response.body();
	}

	private int read(byte[] png) {
		return SampleClient.ok(this.client.post("/digits", "image/png", BodyPublishers.ofByteArray(png)))
			.read("$.digit", Integer.class);
	}

	@Test
	void whenMessagePackIsSentThenThePictureIsInItAsBytes() throws IOException {
		byte[] request;
		try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
			packer.packMapHeader(2).packString("prompt").packString("seven").packString("seed").packInt(1);
			request = packer.toByteArray();
		}
		HttpResponse<byte[]> response = this.client.postForBytes("/drawings", "application/msgpack",
				BodyPublishers.ofByteArray(request), "application/msgpack");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/msgpack");
		try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(response.body())) {
			assertThat(unpacker.unpackMapHeader()).isEqualTo(1);
			assertThat(unpacker.unpackString()).isEqualTo("png");
			assertThat(unpacker.readPayload(unpacker.unpackBinaryHeader())).isEqualTo(draw("seven", 1));
		}
	}

	@Test
	void whenThereIsNoSeedThenDrawingsDiffer() {
		String request = "{\"prompt\": \"two\"}";
		assertThat(this.client.post("/drawings", request).body())
			.isNotEqualTo(this.client.post("/drawings", request).body());
	}

	@Test
	void whenNoDigitIsNamedThenTheRequestIsRejected() {
		HttpResponse<String> response = this.client.post("/drawings", "{\"prompt\": \"a cat, someone\"}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("prompt: it names no digit");
	}

}
