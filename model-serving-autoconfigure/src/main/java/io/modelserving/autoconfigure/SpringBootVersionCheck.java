package io.modelserving.autoconfigure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Fails the start on a Spring Boot that lacks what this starter is built on. It runs as
 * soon as a failure can be reported, before classes are needed that older versions do not
 * have, and itself needs only what Spring Boot 3 has, too.
 */
final class SpringBootVersionCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	static final String REQUIRED = "4.1";

	private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(?!\\d).*");

	private final @Nullable String version;

	SpringBootVersionCheck() {
		this(SpringBootVersion.getVersion());
	}

	SpringBootVersionCheck(@Nullable String version) {
		this.version = version;
	}

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		if (this.version != null && isTooOld(this.version)) {
			throw new UnsupportedSpringBootException(this.version);
		}
	}

	/**
	 * Tell whether a version is older than the one that is needed. What does not look
	 * like a version is not.
	 */
	static boolean isTooOld(String version) {
		Matcher numbers = VERSION.matcher(version);
		if (!numbers.matches()) {
			return false;
		}
		int major = Integer.parseInt(numbers.group(1));
		return major < 4 || (major == 4 && Integer.parseInt(numbers.group(2)) < 1);
	}

	/**
	 * Runs once logging is set up, so that the failure is seen.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
