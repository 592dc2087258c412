package io.modelserving.sample.painter;

import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.image.Picture;
import io.modelserving.image.PictureEncoder;
import io.modelserving.image.PixelFormat;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Draws the digit that a text names. Each seed has a hand of its own.
 */
@ModelEndpoint(path = "/drawings", model = "painter", summary = "Draw the digit that a text names",
		description = "Accept `image/png` to see it.")
class PainterEndpoint implements ModelHandler<Prompt, Drawing> {

	private static final Pattern DIGIT = Pattern.compile("\\b(zero|one|two|three|four|five|six|seven|eight|nine)\\b");

	private static final int SIDE = 64;

	@Override
	public NamedTensors encode(Prompt prompt) {
		Matcher digit = DIGIT.matcher(prompt.prompt().toLowerCase(Locale.ROOT));
		if (!digit.find()) {
			throw new IllegalArgumentException("prompt: it names no digit; one of zero to nine can be drawn");
		}
		Random hand = prompt.seed().map(Random::new).orElseGet(Random::new);
		float[] noise = new float[8];
		for (int i = 0; i < noise.length; i++) {
			noise[i] = (float) hand.nextGaussian();
		}
		return NamedTensors.of("prompt", Tensor.of(Shape.of(1, 1), digit.group()), "noise",
				Tensor.of(Shape.of(1, noise.length), noise));
	}

	@Override
	public Drawing decode(Prompt prompt, NamedTensors outputs) {
		byte[] pixels = new byte[SIDE * SIDE];
		outputs.numeric("picture").data().get(pixels);
		return new Drawing(
				PictureEncoder.encode(new Picture(SIDE, SIDE, PixelFormat.GRAY, pixels), PictureEncoder.PNG));
	}

	@Override
	public Prompt example() {
		return new Prompt("Draw a seven, please", Optional.of(7L));
	}

}
