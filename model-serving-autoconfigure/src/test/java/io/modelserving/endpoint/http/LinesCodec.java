package io.modelserving.endpoint.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.List;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

import io.modelserving.endpoint.codec.BodyCodec;
import io.modelserving.model.InferenceException.InvalidInput;

/**
 * The codec of {@code docs/endpoints.md}.
 */
@Component
class LinesCodec implements BodyCodec {

	@Override
	public List<MediaType> mediaTypes() {
		return List.of(MediaType.parseMediaType("text/x-numbers"));
	}

	@Override
	public boolean reads(ResolvableType type) {
		return type.toClass() == float[].class;
	}

	@Override
	public boolean writes(ResolvableType type) {
		return type.toClass() == float[].class;
	}

	@Override
	public Object read(ResolvableType type, InputStream body, Charset charset) throws IOException {
		List<String> lines = new String(body.readAllBytes(), charset).lines().toList();
		float[] numbers = new float[lines.size()];
		for (int i = 0; i < numbers.length; i++) {
			try {
				numbers[i] = Float.parseFloat(lines.get(i));
			}
			catch (NumberFormatException ex) {
				throw new InvalidInput("line %d is not a number".formatted(i + 1));
			}
		}
		return numbers;
	}

	@Override
	public void write(Object value, ResolvableType type, OutputStream body, Charset charset) throws IOException {
		for (float number : (float[]) value) {
			body.write((number + "\n").getBytes(charset));
		}
	}

}
