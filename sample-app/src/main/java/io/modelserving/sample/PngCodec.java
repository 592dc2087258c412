package io.modelserving.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.List;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

import io.modelserving.endpoint.codec.BodyCodec;

/**
 * Writes responses that can be seen as PNG, for callers who accept that rather than JSON.
 */
@Component
class PngCodec implements BodyCodec {

	@Override
	public List<MediaType> mediaTypes() {
		return List.of(MediaType.IMAGE_PNG);
	}

	@Override
	public boolean reads(ResolvableType type) {
		return false;
	}

	@Override
	public boolean writes(ResolvableType type) {
		return Visible.class.isAssignableFrom(type.toClass());
	}

	@Override
	public Object read(ResolvableType type, InputStream body, Charset charset) {
		throw new UnsupportedOperationException("pictures are written only");
	}

	@Override
	public void write(Object value, ResolvableType type, OutputStream body, Charset charset) throws IOException {
		body.write(((Visible) value).png());
	}

}
