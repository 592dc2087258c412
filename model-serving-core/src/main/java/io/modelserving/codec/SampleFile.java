package io.modelserving.codec;

import java.util.Locale;

/**
 * A file of sample input.
 *
 * @param location where it is from, as the user configured it; its end says the format
 * @param content its content, not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record SampleFile(String location, byte[] content) {

	String name() {
		int start = Math.max(this.location.lastIndexOf('/'), this.location.lastIndexOf('\\')) + 1;
		String file = this.location.substring(start);
		return file.startsWith("classpath:") ? file.substring("classpath:".length()) : file;
	}

	String stem() {
		int dot = name().lastIndexOf('.');
		return (dot >= 0) ? name().substring(0, dot) : name();
	}

	String extension() {
		int dot = name().lastIndexOf('.');
		return (dot >= 0) ? name().substring(dot).toLowerCase(Locale.ROOT) : "";
	}

}
