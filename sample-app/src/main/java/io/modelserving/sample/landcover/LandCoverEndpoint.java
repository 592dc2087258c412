package io.modelserving.sample.landcover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

import org.springframework.core.io.ClassPathResource;

import io.modelserving.endpoint.EncodedPictureRequest;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.image.PictureDecoder;
import io.modelserving.image.PictureTensors;
import io.modelserving.image.PixelFormat;
import io.modelserving.tensor.NamedTensors;

/**
 * Tells field, forest, water, road and building apart.
 *
 * @param decoder reads pictures
 */
@ModelEndpoint(path = "/land-cover", model = "land-cover", summary = "Tell what each pixel of a picture from above is",
		description = "0 field, 1 forest, 2 water, 3 road, 4 building. Accept `image/png` to see them in colours.")
record LandCoverEndpoint(PictureDecoder decoder) implements ModelHandler<Tile, LandCover>, EncodedPictureRequest<Tile> {

	private static final PictureTensors TILE = PictureTensors.of(PixelFormat.RGB, 64, 64);

	@Override
	public NamedTensors encode(Tile tile) {
		return NamedTensors.of("tile", TILE.toTensor(tile.image(), this.decoder));
	}

	@Override
	public LandCover decode(Tile tile, NamedTensors outputs) {
		ByteBuffer pixels = outputs.numeric("classes").data();
		int[][] classes = new int[64][64];
		for (int i = 0; i < 64 * 64; i++) {
			classes[i / 64][i % 64] = pixels.get(i);
		}
		return new LandCover(classes);
	}

	@Override
	public Tile fromEncodedPicture(byte[] encoded) {
		return new Tile(encoded);
	}

	@Override
	public Tile example() {
		try {
			return new Tile(new ClassPathResource("examples/tile.png").getContentAsByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
