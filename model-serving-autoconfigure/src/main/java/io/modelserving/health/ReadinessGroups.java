package io.modelserving.health;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;

/**
 * Health groups with another group for readiness.
 */
final class ReadinessGroups implements HealthEndpointGroups, AdditionalPathsMapper {

	static final String NAME = "readiness";

	private final HealthEndpointGroups groups;

	private final HealthEndpointGroup readiness;

	ReadinessGroups(HealthEndpointGroups groups, HealthEndpointGroup readiness) {
		this.groups = groups;
		this.readiness = readiness;
	}

	@Override
	public HealthEndpointGroup getPrimary() {
		return this.groups.getPrimary();
	}

	@Override
	public Set<String> getNames() {
		Set<String> names = new LinkedHashSet<>(this.groups.getNames());
		names.add(NAME);
		return names;
	}

	@Override
	public @Nullable HealthEndpointGroup get(String name) {
		return name.equals(NAME) ? this.readiness : this.groups.get(name);
	}

	@Override
	public @Nullable List<String> getAdditionalPaths(EndpointId endpointId, WebServerNamespace webServerNamespace) {
		return (this.groups instanceof AdditionalPathsMapper mapper)
				? mapper.getAdditionalPaths(endpointId, webServerNamespace) : null;
	}

}
