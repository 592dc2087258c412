package io.modelserving.endpoint.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.List;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * A format of bodies beside JSON. Typed endpoints and the application's controllers read
 * and write the formats of all beans of this type, for callers who ask for them by
 * {@code Content-Type} and {@code Accept}. Text and bytes are never passed to it.
 * Thread-safe.
 */
public interface BodyCodec {

	/**
	 * Return what the format is called.
	 * @return media types without wildcards, the usual one first, at least one
	 */
	List<MediaType> mediaTypes();

	/**
	 * Return whether values of a type can be read.
	 * @param type the type, with its generics
	 * @return whether they can, by default always
	 */
	default boolean reads(ResolvableType type) {
		return true;
	}

	/**
	 * Return whether values of a type can be written.
	 * @param type the type, with its generics
	 * @return whether they can, by default always
	 */
	default boolean writes(ResolvableType type) {
		return true;
	}

	/**
	 * Read a body.
	 * @param type the type of the value
	 * @param body the body, limited in size; left open
	 * @param charset the charset of text
	 * @return the value
	 * @throws InvalidInput if the body is malformed; the caller gets the message. What
	 * Jackson throws is described to the caller as it is for JSON
	 * @throws IOException if the body cannot be read
	 */
	Object read(ResolvableType type, InputStream body, Charset charset) throws IOException;

	/**
	 * Write a body.
	 * @param value the value
	 * @param type the type of the value
	 * @param body where to write; left open
	 * @param charset the charset of text
	 * @throws IOException if the body cannot be written
	 */
	void write(Object value, ResolvableType type, OutputStream body, Charset charset) throws IOException;

}
