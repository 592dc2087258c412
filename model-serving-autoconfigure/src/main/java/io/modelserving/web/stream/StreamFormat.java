package io.modelserving.web.stream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How the events of a stream are put into a response. An event is the bytes of a JSON
 * text.
 */
public enum StreamFormat {

	/**
	 * Server-Sent Events. A stream that is complete ends with an event {@code end}, as
	 * browsers take the end of the connection for a failure and call again.
	 */
	SERVER_SENT_EVENTS("text/event-stream", "data: ", "\n\n", "event: error\ndata: ", "\n\n",
			"event: end\ndata: {}\n\n"),

	/** One event a line; a failure is the last line. */
	LINES("application/x-ndjson", "", "\n", "{\"error\":", "}\n", ""),

	/** An array of all events, which is sent when the last one is known. */
	ARRAY("application/json", "", "", "", "", "");

	/** The media types, the preferred first. */
	public static final List<String> MEDIA_TYPES = List.of(SERVER_SENT_EVENTS.mediaType, LINES.mediaType,
			ARRAY.mediaType);

	private static final byte[] COMMENT = bytes(":\n\n");

	private final String mediaType;

	private final byte[] beforeEvent;

	private final byte[] afterEvent;

	private final byte[] beforeError;

	private final byte[] afterError;

	private final byte[] end;

	StreamFormat(String mediaType, String beforeEvent, String afterEvent, String beforeError, String afterError,
			String end) {
		this.mediaType = mediaType;
		this.beforeEvent = bytes(beforeEvent);
		this.afterEvent = bytes(afterEvent);
		this.beforeError = bytes(beforeError);
		this.afterError = bytes(afterError);
		this.end = bytes(end);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Return the format of a media type.
	 * @param mediaType one of {@link #MEDIA_TYPES}
	 * @return the format
	 */
	public static StreamFormat of(String mediaType) {
		return values()[MEDIA_TYPES.indexOf(mediaType)];
	}

	String mediaType() {
		return this.mediaType;
	}

	byte[] event(byte[] json) {
		return frame(this.beforeEvent, json, this.afterEvent);
	}

	byte[] error(byte[] problem) {
		return frame(this.beforeError, problem, this.afterError);
	}

	byte[] end() {
		return this.end;
	}

	/**
	 * Return what says nothing, so that whatever is between server and client does not
	 * take the connection for idle.
	 * @return a comment, empty if there is none
	 */
	byte[] keepAlive() {
		return (this == SERVER_SENT_EVENTS) ? COMMENT : this.end;
	}

	/**
	 * In a JSON text, a line break stands between tokens only, where a space says the
	 * same.
	 */
	private static byte[] frame(byte[] before, byte[] json, byte[] after) {
		ByteArrayOutputStream frame = new ByteArrayOutputStream(before.length + json.length + after.length);
		frame.writeBytes(before);
		for (byte character : json) {
			frame.write((character == '\n' || character == '\r') ? ' ' : character);
		}
		frame.writeBytes(after);
		return frame.toByteArray();
	}

}
