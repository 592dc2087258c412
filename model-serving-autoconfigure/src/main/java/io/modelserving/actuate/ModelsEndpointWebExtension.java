package io.modelserving.actuate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

import io.modelserving.model.ModelState;

/**
 * Gives the answers of {@link ModelsEndpoint} their HTTP status.
 */
@EndpointWebExtension(endpoint = ModelsEndpoint.class)
public class ModelsEndpointWebExtension {

	private final ModelsEndpoint delegate;

	public ModelsEndpointWebExtension(ModelsEndpoint delegate) {
		this.delegate = delegate;
	}

	/**
	 * Load a model again, and wait until it is ready or has failed.
	 * @param name the name of the model
	 * @param version the version, or {@code null} for all of them
	 * @return 200 if all are ready, 500 with the reason if one has failed, 404 if there
	 * is none
	 */
	@WriteOperation
	public WebEndpointResponse<ModelsDescriptor> reload(@Selector String name, @Nullable Long version) {
		ModelsDescriptor models = this.delegate.reload(name, version);
		if (models == null) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		boolean ready = models.models().stream().allMatch(ModelsEndpointWebExtension::isReloaded);
		return new WebEndpointResponse<>(models,
				ready ? WebEndpointResponse.STATUS_OK : WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR);
	}

	/** Where the old version serves on after a failed reload, there is a reason. */
	private static boolean isReloaded(ModelsDescriptor.Entry model) {
		return model.state().equals(ModelState.READY.name()) && model.reason().isEmpty();
	}

}
