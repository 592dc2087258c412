package io.modelserving.openinference.grpc;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;

/**
 * Keeps the standard health service up to date with what can be called: the server and
 * the inference service, if the application takes traffic and all required models are
 * ready; each model by its name, if calls that name no version are served; each version
 * as {@code name:version}. Thread-safe: of two updates, the later one reads the states
 * anew.
 */
public final class ServingHealth {

	private final HealthStatusManager manager;

	private final ModelRegistry registry;

	private final boolean raisesServer;

	private Set<String> known = new HashSet<>();

	private boolean accepting;

	private boolean ended;

	/**
	 * Create the health.
	 * @param manager keeps the states
	 * @param registry knows the models
	 * @param raisesServer whether to say that the server as a whole serves, too, and not
	 * only that it does not; otherwise somebody else does, who knows more
	 */
	public ServingHealth(HealthStatusManager manager, ModelRegistry registry, boolean raisesServer) {
		this.manager = manager;
		this.registry = registry;
		this.raisesServer = raisesServer;
	}

	/**
	 * Say whether the application takes traffic, and update.
	 * @param acceptsTraffic whether it does
	 */
	public synchronized void accepting(boolean acceptsTraffic) {
		this.accepting = acceptsTraffic;
		update();
	}

	/**
	 * Say from now on that nothing serves.
	 */
	public synchronized void end() {
		this.ended = true;
		accepting(false);
	}

	/**
	 * Tell what can be called now.
	 */
	public synchronized void update() {
		List<ModelStatus> versions = this.registry.models()
			.stream()
			.map(ModelSnapshot::status)
			.filter((status) -> status.state() != ModelState.UNLOADED)
			.toList();
		Set<String> names = new HashSet<>();
		for (ModelStatus version : versions) {
			names.add(version.key().toString());
			set(version.key().toString(), serves(version));
			if (names.add(version.key().name())) {
				set(version.key().name(), servesAny(version.key().name()));
			}
		}
		this.known.stream().filter((name) -> !names.contains(name)).forEach(this.manager::clearStatus);
		this.known = names;
		// the server last: once it serves, all that it needs does
		boolean ready = this.accepting
				&& versions.stream().filter(ModelStatus::required).allMatch(ServingHealth::serves);
		set(GRPCInferenceServiceGrpc.SERVICE_NAME, ready);
		if (!ready || this.raisesServer) {
			set(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ready);
		}
	}

	private boolean servesAny(String model) {
		return this.registry.find(model).map(ModelSnapshot::status).filter(ServingHealth::serves).isPresent();
	}

	private static boolean serves(ModelStatus status) {
		return status.state() == ModelState.READY;
	}

	private void set(String service, boolean serving) {
		this.manager.setStatus(service, (serving && !this.ended) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
	}

}
