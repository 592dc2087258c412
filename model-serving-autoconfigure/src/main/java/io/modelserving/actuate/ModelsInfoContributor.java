package io.modelserving.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;

/**
 * Shows which models are served, in which versions, and by which runtime.
 */
public final class ModelsInfoContributor implements InfoContributor {

	private final ModelRegistry registry;

	private final @Nullable String onnxRuntime;

	/**
	 * Create the contributor.
	 * @param registry the models
	 * @param onnxRuntime the version of ONNX Runtime, or {@code null} if it is not known
	 */
	public ModelsInfoContributor(ModelRegistry registry, @Nullable String onnxRuntime) {
		this.registry = registry;
		this.onnxRuntime = onnxRuntime;
	}

	@Override
	public void contribute(Info.Builder builder) {
		Map<String, Map<String, String>> models = new TreeMap<>();
		for (ModelSnapshot model : this.registry.models()) {
			models.computeIfAbsent(model.key().name(), (name) -> new LinkedHashMap<>())
				.put(Long.toString(model.key().version()), model.status().state().name());
		}
		Map<String, Object> details = new LinkedHashMap<>();
		if (this.onnxRuntime != null) {
			details.put("onnxruntime", this.onnxRuntime);
		}
		details.put("models", models);
		builder.withDetail("modelServing", details);
	}

}
