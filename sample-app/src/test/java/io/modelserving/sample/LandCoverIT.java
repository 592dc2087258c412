package io.modelserving.sample;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Has the tiles segmented that the model has not seen in training.
 */
@SampleTest
class LandCoverIT {

	private static final int SIDE = 64;

	private static final List<String> CLASSES = List.of("field", "forest", "water", "road", "building");

	private static final List<Integer> COLOURS = List.of(0xD6CC78, 0x246E32, 0x326EC8, 0x787878, 0xC83C32);

	private final SampleClient client;

	LandCoverIT(@LocalServerPort int port) {
		this.client = SampleClient.whenReady(port);
	}

	@Test
	void whenTilesAreSegmentedThenClassesOverlapTheTruthAsInPython() throws IOException {
		BufferedImage tiles = picture("land-cover-tiles.png");
		BufferedImage truth = picture("land-cover-truth.png");
		int[] both = new int[CLASSES.size()];
		int[] either = new int[CLASSES.size()];
		for (int left = 0; left < tiles.getWidth(); left += SIDE) {
			List<List<Integer>> seen = SampleClient.ok(this.client.post("/land-cover", "image/png",
					BodyPublishers.ofByteArray(png(tiles.getSubimage(left, 0, SIDE, SIDE)))))
				.read("$.classes");
			for (int i = 0; i < SIDE * SIDE; i++) {
				int expected = truth.getRaster().getSample(left + i % SIDE, i / SIDE, 0);
				int actual = seen.get(i / SIDE).get(i % SIDE);
				either[expected]++;
				if (expected == actual) {
					both[expected]++;
				}
				else {
					either[actual]++;
				}
			}
		}
		Map<String, Double> recorded = JsonPath.read(
				new ClassPathResource("land-cover-score.json").getContentAsString(StandardCharsets.UTF_8), "$.overlap");
		assertThat(recorded.keySet()).containsExactlyElementsOf(CLASSES);
		for (int i = 0; i < CLASSES.size(); i++) {
			assertThat((double) both[i] / either[i]).as(CLASSES.get(i))
				.isGreaterThan(0.7)
				.isCloseTo(recorded.get(CLASSES.get(i)), within(1e-3));
		}
	}

	@Test
	void whenPngIsAcceptedThenEachClassHasItsColour() throws IOException {
		byte[] tile = new ClassPathResource("examples/tile.png").getContentAsByteArray();
		List<List<Integer>> classes = SampleClient
			.ok(this.client.post("/land-cover", "image/png", BodyPublishers.ofByteArray(tile)))
			.read("$.classes");
		HttpResponse<byte[]> response = this.client.postForBytes("/land-cover", "application/msgpack",
				BodyPublishers.ofByteArray(messagePack(tile)), "image/png");
		BufferedImage coloured = ImageIO.read(new ByteArrayInputStream(response.body()));
		for (int i = 0; i < SIDE * SIDE; i++) {
			assertThat(coloured.getRGB(i % SIDE, i / SIDE) & 0xFFFFFF).as("pixel %d", i)
				.isEqualTo(COLOURS.get(classes.get(i / SIDE).get(i % SIDE)));
		}
	}

	private static byte[] messagePack(byte[] tile) throws IOException {
		try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
			packer.packMapHeader(1).packString("image").packBinaryHeader(tile.length).writePayload(tile);
			return packer.toByteArray();
		}
	}

	@Test
	void whenTheBodyIsNoPictureThenItIsRejected() {
		for (HttpResponse<String> response : List.of(this.client.post("/land-cover", "{\"image\": \"AAAA\"}"),
				this.client.post("/land-cover", "image/png", BodyPublishers.ofString("no picture")))) {
			assertThat(response.statusCode()).as(response.body()).isIn(400, 415);
			assertThat(response.body()).contains("picture");
		}
	}

	private static BufferedImage picture(String name) throws IOException {
		try (InputStream content = new ClassPathResource(name).getInputStream()) {
			return ImageIO.read(content);
		}
	}

	private static byte[] png(BufferedImage picture) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		ImageIO.write(picture, "png", bytes);
		return bytes.toByteArray();
	}

}
