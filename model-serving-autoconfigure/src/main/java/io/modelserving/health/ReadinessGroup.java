package io.modelserving.health;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/**
 * The readiness group where the user has configured none: the readiness of the
 * application and the models that count. It shows to every caller why it is not ready,
 * unless the user has configured what health shows.
 *
 * @param members the models that count
 * @param shown the group that says what is shown, or {@code null} to show everything
 */
record ReadinessGroup(ReadinessMembers members, @Nullable HealthEndpointGroup shown) implements HealthEndpointGroup {

	@Override
	public boolean isMember(String name) {
		return name.equals("readinessState") || this.members.contains(name);
	}

	@Override
	public boolean showComponents(SecurityContext securityContext) {
		return this.shown == null || this.shown.showComponents(securityContext);
	}

	@Override
	public boolean showDetails(SecurityContext securityContext) {
		return this.shown == null || this.shown.showDetails(securityContext);
	}

	@Override
	public StatusAggregator getStatusAggregator() {
		return StatusAggregator.getDefault();
	}

	@Override
	public HttpCodeStatusMapper getHttpCodeStatusMapper() {
		return HttpCodeStatusMapper.getDefault();
	}

	@Override
	public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
		return null;
	}

}
