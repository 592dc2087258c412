package io.modelserving.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;

/**
 * Finds the parts of a form that has arrived as a whole.
 */
final class FormParts {

	private static final String FORM = "multipart/";

	private static final int MOST_PARTS = 50;

	private static final int LONGEST_HEADER = 8 << 10;

	private static final byte[] END_OF_HEADERS = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private final byte[] body;

	private final byte[] delimiter;

	private final long maxPartSize;

	private FormParts(byte[] body, String boundary, long maxPartSize) {
		this.body = body;
		this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
		this.maxPartSize = maxPartSize;
	}

	/**
	 * Return whether a request has a form that nobody has read so far.
	 * @param request the request
	 * @return whether its header says so, and its media type was hidden from Spring MVC
	 */
	static boolean isUnread(HttpServletRequest request) {
		return isForm(request.getHeader(HttpHeaders.CONTENT_TYPE)) && !isForm(request.getContentType());
	}

	private static boolean isForm(@Nullable String type) {
		return type != null && type.strip().regionMatches(true, 0, FORM, 0, FORM.length());
	}

	/**
	 * Find the parts.
	 * @param source the body
	 * @param contentType its media type, with the boundary
	 * @param limits the most bytes that it and each of its parts may have
	 * @return the parts in order
	 * @throws MultipartException if the body is no such form
	 * @throws MaxUploadSizeExceededException if a part is too large
	 */
	static List<Part> parse(InputStream source, @Nullable String contentType, MultipartConfigElement limits) {
		byte[] body;
		try {
			body = source.readAllBytes();
		}
		catch (IOException ex) {
			throw new MultipartException("the form breaks off", ex);
		}
		if (limits.getMaxRequestSize() >= 0 && body.length > limits.getMaxRequestSize()) {
			throw new MaxUploadSizeExceededException(limits.getMaxRequestSize());
		}
		return new FormParts(body, boundary(contentType), limits.getMaxFileSize()).parse();
	}

	private static String boundary(@Nullable String contentType) {
		try {
			String boundary = (contentType != null) ? MediaType.parseMediaType(contentType).getParameter("boundary")
					: null;
			if (boundary != null) {
				String bare = boundary.startsWith("\"") ? boundary.substring(1, boundary.length() - 1) : boundary;
				if (!bare.isEmpty()) {
					return bare;
				}
			}
		}
		catch (InvalidMediaTypeException ex) {
			// as bad as none
		}
		throw new MultipartException("the form has no boundary");
	}

	private List<Part> parse() {
		List<Part> parts = new ArrayList<>();
		int position = afterFirstDelimiter();
		while (!startsWith("--", position)) {
			position = afterLineEnd(position);
			int headersEnd = startsWith("\r\n", position) ? position - 2 : indexOf(END_OF_HEADERS, position);
			if (headersEnd < 0 || headersEnd - position > LONGEST_HEADER || parts.size() >= MOST_PARTS) {
				throw new MultipartException("the form has too many parts, or one whose headers do not end");
			}
			int start = headersEnd + END_OF_HEADERS.length;
			int end = indexOf(this.delimiter, start - 2);
			if (end < 0) {
				throw new MultipartException("the form breaks off");
			}
			add(position, Math.max(position, headersEnd), start, Math.max(start, end), parts);
			position = end + this.delimiter.length;
		}
		return parts;
	}

	private int afterFirstDelimiter() {
		String first = new String(this.delimiter, 2, this.delimiter.length - 2, StandardCharsets.ISO_8859_1);
		if (startsWith(first, 0)) {
			return first.length();
		}
		int found = indexOf(this.delimiter, 0);
		if (found < 0) {
			throw new MultipartException("the form has no part");
		}
		return found + this.delimiter.length;
	}

	private int afterLineEnd(int from) {
		int position = from;
		while (position < this.body.length && (this.body[position] == ' ' || this.body[position] == '\t')) {
			position++;
		}
		if (!startsWith("\r\n", position)) {
			throw new MultipartException("the form breaks off");
		}
		return position + 2;
	}

	private void add(int headers, int headersEnd, int start, int end, List<Part> parts) {
		HttpHeaders found = new HttpHeaders();
		for (String line : new String(this.body, headers, headersEnd - headers, StandardCharsets.UTF_8).split("\r\n")) {
			int colon = line.indexOf(':');
			if (colon > 0) {
				found.add(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
			}
		}
		if (this.maxPartSize >= 0 && end - start > this.maxPartSize) {
			throw new MaxUploadSizeExceededException(this.maxPartSize);
		}
		ContentDisposition disposition = disposition(found);
		String name = disposition.getName();
		if (name != null) {
			parts.add(new ReceivedPart(name, disposition.getFilename(), found, this.body, start, end - start));
		}
	}

	private static ContentDisposition disposition(HttpHeaders headers) {
		try {
			return headers.getContentDisposition();
		}
		catch (IllegalArgumentException ex) {
			throw new MultipartException("a part of the form has a malformed Content-Disposition", ex);
		}
	}

	private boolean startsWith(String ascii, int from) {
		if (from + ascii.length() > this.body.length) {
			return false;
		}
		for (int i = 0; i < ascii.length(); i++) {
			if (this.body[from + i] != (byte) ascii.charAt(i)) {
				return false;
			}
		}
		return true;
	}

	private int indexOf(byte[] wanted, int from) {
		byte first = wanted[0];
		int last = this.body.length - wanted.length;
		for (int i = from; i <= last; i++) {
			if (this.body[i] == first && Arrays.equals(this.body, i, i + wanted.length, wanted, 0, wanted.length)) {
				return i;
			}
		}
		return -1;
	}

	private record ReceivedPart(String name, @Nullable String fileName, HttpHeaders headers, byte[] body, int start,
			int length) implements Part {

		@Override
		public InputStream getInputStream() {
			return new ByteArrayInputStream(this.body, this.start, this.length);
		}

		@Override
		public @Nullable String getContentType() {
			return this.headers.getFirst(HttpHeaders.CONTENT_TYPE);
		}

		@Override
		public String getName() {
			return this.name;
		}

		@Override
		public @Nullable String getSubmittedFileName() {
			return this.fileName;
		}

		@Override
		public long getSize() {
			return this.length;
		}

		@Override
		public void write(String file) throws IOException {
			throw new IOException("the part is in memory: read it");
		}

		@Override
		public void delete() {
		}

		@Override
		public @Nullable String getHeader(String header) {
			return this.headers.getFirst(header);
		}

		@Override
		public Collection<String> getHeaders(String header) {
			return this.headers.getOrEmpty(header);
		}

		@Override
		public Collection<String> getHeaderNames() {
			return Set.copyOf(this.headers.headerNames());
		}

	}

}
