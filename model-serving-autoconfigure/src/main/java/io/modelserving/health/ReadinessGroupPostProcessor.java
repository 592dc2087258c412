package io.modelserving.health;

import java.util.function.Supplier;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import io.modelserving.serving.ModelRegistry;

/**
 * Makes the readiness of the application wait for its required models. It runs before the
 * post-processor that adds the probes' own groups, which keeps a readiness group that is
 * already there.
 */
public final class ReadinessGroupPostProcessor implements HealthEndpointGroupsPostProcessor, Ordered {

	private final Environment environment;

	private final Supplier<ModelRegistry> registry;

	/**
	 * Create a post-processor.
	 * @param environment says how health is configured
	 * @param registry gives the models; asked when health is, not before
	 */
	public ReadinessGroupPostProcessor(Environment environment, Supplier<ModelRegistry> registry) {
		this.environment = environment;
		this.registry = registry;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 10;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		ReadinessMembers members = ReadinessMembers.of(this.environment, this.registry);
		HealthEndpointGroup configured = groups.get(ReadinessGroups.NAME);
		if (configured != null) {
			return new ReadinessGroups(groups, new JoinedReadinessGroup(configured, members));
		}
		if (!this.environment.getProperty("management.endpoint.health.probes.enabled", Boolean.class, true)) {
			return groups;
		}
		return new ReadinessGroups(groups, new ReadinessGroup(members, saysWhatIsShown() ? groups.getPrimary() : null));
	}

	private boolean saysWhatIsShown() {
		return this.environment.containsProperty("management.endpoint.health.show-details")
				|| this.environment.containsProperty("management.endpoint.health.show-components");
	}

}
