package io.modelserving.autoconfigure.web;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Takes the observation of a thread to another one, where there are observations.
 */
final class ObservationScope {

	private static final boolean PRESENT = ClassUtils.isPresent("io.micrometer.observation.ObservationRegistry",
			ObservationScope.class.getClassLoader());

	private ObservationScope() {
	}

	static Runnable keep(Runnable task, ListableBeanFactory beans) {
		return PRESENT ? Present.keep(task, beans) : task;
	}

	/** Loaded where Micrometer is present. */
	private static final class Present {

		private static Runnable keep(Runnable task, ListableBeanFactory beans) {
			ObservationRegistry registry = beans.getBeanProvider(ObservationRegistry.class).getIfUnique();
			Observation current = (registry != null) ? registry.getCurrentObservation() : null;
			return (current != null) ? () -> current.scoped(task) : task;
		}

	}

}
