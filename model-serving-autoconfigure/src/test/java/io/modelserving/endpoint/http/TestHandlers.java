package io.modelserving.endpoint.http;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import io.modelserving.endpoint.EncodedPictureRequest;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.MultiItemModelHandler;
import io.modelserving.endpoint.PictureRequest;
import io.modelserving.image.Picture;
import io.modelserving.image.PictureDecoder;
import io.modelserving.image.PictureTensors;
import io.modelserving.image.PixelFormat;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Endpoints of all kinds, over a model that gives back its input {@code x} as {@code y}.
 */
final class TestHandlers {

	private TestHandlers() {
	}

	static NamedTensors inputs(float... values) {
		return NamedTensors.of("x", Tensor.of(Shape.of(1, values.length), values));
	}

	@ModelEndpoint(path = "/mean", model = "echo", summary = "Take the mean", description = "Of *numbers*.",
			tag = "Numbers")
	static class MeanEndpoint implements ModelHandler<Numbers, Mean> {

		@Override
		public NamedTensors encode(Numbers request) {
			if (request.values().length == 3) {
				throw new IllegalArgumentException("values: three is not a number that I can count to");
			}
			if ("bug".equals(request.unit())) {
				throw new IllegalStateException("secret of the handler");
			}
			return inputs(request.values());
		}

		@Override
		public Mean decode(Numbers request, NamedTensors outputs) {
			if ("late bug".equals(request.unit())) {
				throw new IllegalArgumentException("secret of the handler");
			}
			float sum = 0;
			float[] values = outputs.numeric("y").toFloats();
			for (float value : values) {
				sum += value;
			}
			return new Mean(sum / values.length, request.unit());
		}

		@Override
		public Numbers example() {
			return new Numbers(new float[] { 1, 2 }, "m", null, null);
		}

	}

	record Numbers(@Size(min = 1, max = 4) float[] values, @Nullable String unit, @Nullable @Valid List<Part> parts,
			@Nullable Integer count) {
	}

	record Part(@JsonProperty("the_name") @Size(max = 3) String name, @DecimalMax("1") double weight) {
	}

	record Mean(float mean, @Nullable String unit) {
	}

	@ModelEndpoint(path = "/lengths", model = "echo")
	static class LengthsEndpoint implements MultiItemModelHandler<Texts, Map<String, Integer>> {

		@Override
		public List<NamedTensors> encode(Texts request) {
			return request.texts().stream().map((text) -> inputs(new float[text.length()])).toList();
		}

		@Override
		public Map<String, Integer> decode(Texts request, List<NamedTensors> outputs) {
			Map<String, Integer> lengths = new TreeMap<>();
			for (int i = 0; i < outputs.size(); i++) {
				lengths.put(request.texts().get(i), outputs.get(i).numeric("y").toFloats().length);
			}
			return lengths;
		}

	}

	record Texts(List<String> texts) {
	}

	@ModelEndpoint(path = "/brightness", model = "echo")
	static class BrightnessEndpoint implements ModelHandler<Brightness, Brightness>, PictureRequest<Brightness> {

		@Override
		public Brightness fromPicture(Picture picture) {
			if (picture.width() > 20) {
				throw new IllegalArgumentException("the picture is wider than 20 pixels");
			}
			return new Brightness(PictureTensors.of(PixelFormat.GRAY, 1, 1).toTensor(picture).toFloats()[0]);
		}

		@Override
		public NamedTensors encode(Brightness request) {
			return inputs(request.value());
		}

		@Override
		public Brightness decode(Brightness request, NamedTensors outputs) {
			return new Brightness(outputs.numeric("y").toFloats()[0]);
		}

	}

	record Brightness(@DecimalMax("0.9") float value) {
	}

	@ModelEndpoint(path = "/encoded", model = "echo")
	static class EncodedEndpoint implements ModelHandler<Encoded, Brightness>, EncodedPictureRequest<Encoded> {

		private final PictureDecoder decoder;

		EncodedEndpoint(PictureDecoder decoder) {
			this.decoder = decoder;
		}

		@Override
		public Encoded fromEncodedPicture(byte[] encoded) {
			return new Encoded(encoded);
		}

		@Override
		public NamedTensors encode(Encoded request) {
			return NamedTensors.of("x",
					PictureTensors.of(PixelFormat.GRAY, 1, 1).toTensor(request.image(), this.decoder));
		}

		@Override
		public Brightness decode(Encoded request, NamedTensors outputs) {
			return new Brightness(outputs.numeric("y").toFloats()[0]);
		}

	}

	record Encoded(byte[] image) {
	}

	@ModelEndpoint(path = "/negative", model = "echo")
	static class NegativeEndpoint implements ModelHandler<Picture, BufferedImage> {

		@Override
		public NamedTensors encode(Picture request) {
			return inputs(request.value(0, 0, 0));
		}

		@Override
		public BufferedImage decode(Picture request, NamedTensors outputs) {
			int value = 255 - (int) outputs.numeric("y").toFloats()[0];
			BufferedImage image = new BufferedImage(request.width(), request.height(), BufferedImage.TYPE_INT_ARGB);
			for (int y = 0; y < image.getHeight(); y++) {
				for (int x = 0; x < image.getWidth(); x++) {
					image.setRGB(x, y, 0xff000000 | value << 16 | value << 8 | value);
				}
			}
			return image;
		}

	}

	@ModelEndpoint(path = "/text", model = "echo", produces = { "text/csv", "text/plain" })
	static class TextEndpoint implements ModelHandler<Numbers, String> {

		@Override
		public NamedTensors encode(Numbers request) {
			return inputs(request.values());
		}

		@Override
		public String decode(Numbers request, NamedTensors outputs) {
			return "y=" + outputs.numeric("y").toFloats()[0];
		}

	}

	@ModelEndpoint(path = "/flowers", model = "echo")
	static class FlowersEndpoint implements ModelHandler<List<Flower>, Mean> {

		@Override
		public NamedTensors encode(List<Flower> request) {
			return inputs(request.size());
		}

		@Override
		public Mean decode(List<Flower> request, NamedTensors outputs) {
			return new Mean(outputs.numeric("y").toFloats()[0], null);
		}

	}

	record Flower(@DecimalMax("10") double petalLength,
			@JsonProperty("petal_width") @Nullable @DecimalMax("5") Double petalWidth, @Nullable @Valid Part part) {
	}

}
