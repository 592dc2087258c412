package io.modelserving.repository.cache;

import java.net.http.HttpHeaders;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header that says which part of a file is sent (RFC 9110, section 14.4).
 */
final class ContentRange {

	private static final Pattern VALUE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/(?:[0-9]+|\\*)");

	private ContentRange() {
	}

	static boolean startsAt(HttpHeaders headers, long position) {
		Matcher matcher = VALUE.matcher(headers.firstValue("Content-Range").orElse(""));
		return matcher.matches() && Long.parseLong(matcher.group(1)) == position;
	}

}
