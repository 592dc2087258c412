package io.modelserving.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

/**
 * The auto-configurations of this library, as they are listed.
 */
public final class OwnAutoConfigurations {

	private OwnAutoConfigurations() {
	}

	public static List<Class<?>> classes() {
		List<Class<?>> classes = new ArrayList<>();
		for (String name : ImportCandidates.load(AutoConfiguration.class, null)) {
			if (name.startsWith("io.modelserving.")) {
				classes.add(ClassUtils.resolveClassName(name, null));
			}
		}
		return classes;
	}

	/**
	 * Return all of them, in the order that they ask for.
	 * @param others those of others that take part
	 * @return the auto-configurations
	 */
	public static AutoConfigurations and(Class<?>... others) {
		List<Class<?>> classes = classes();
		classes.addAll(List.of(others));
		return AutoConfigurations.of(classes.toArray(Class<?>[]::new));
	}

}
