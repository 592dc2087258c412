package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import io.modelserving.model.ModelLoadException;
import io.modelserving.repository.Downloads;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.repository.source.SourceSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link SourceProperties}.
 */
class SourcePropertiesTests {

	private static SourceSettings settings(Consumer<MockEnvironment> properties) {
		MockEnvironment environment = new MockEnvironment();
		properties.accept(environment);
		return Binder.get(environment)
			.bindOrCreate("model-serving.sources", SourceProperties.class)
			.settings(environment, 1000);
	}

	@Test
	void propertiesWinOverTheVariablesOfTheTools() {
		SourceSettings settings = settings((environment) -> {
			environment.setProperty("HF_ENDPOINT", "https://mirror.example.com");
			environment.setProperty("HF_TOKEN", "of-the-variable");
			environment.setProperty("model-serving.sources.hugging-face.token", "own");
			environment.setProperty("MLFLOW_TRACKING_URI", "https://mlflow.example.com");
			environment.setProperty("model-serving.sources.mlflow.tracking-uri", "https://own.example.com");
			environment.setProperty("model-serving.sources.oci[registry.example.com:5000].username", "me");
			environment.setProperty("model-serving.sources.oci[registry.example.com:5000].password", "secret");
		});
		assertThat(settings.huggingFace().endpoint()).hasToString("https://mirror.example.com");
		assertThat(settings.huggingFace().token()).isEqualTo("own");
		assertThat(settings.mlflow().trackingUri()).hasToString("https://own.example.com");
		assertThat(settings.oci()).containsOnlyKeys("registry.example.com:5000");
		assertThat(settings.toString()).doesNotContain("own\"", "secret", "of-the-variable");
	}

	@ParameterizedTest
	@CsvSource({ "HF_HUB_CACHE, /hub, /hub", "HF_HOME, /home, /home/hub",
			"XDG_CACHE_HOME, /xdg, /xdg/huggingface/hub" })
	void theCacheIsWhereTheToolsHaveIt(String variable, String value, String directory) {
		assertThat(settings((environment) -> environment.setProperty(variable, value)).huggingFace().cache())
			.isEqualTo(Path.of(directory));
	}

	@ParameterizedTest
	@CsvSource({ "1, true", "true, true", "ON, true", "0, false", "'', false" })
	void offlineIsWrittenAsTheToolsHaveIt(String value, boolean offline) {
		assertThat(settings((environment) -> environment.setProperty("HF_HUB_OFFLINE", value)).huggingFace().offline())
			.isEqualTo(offline);
	}

	@Test
	void theUserOfMlflowMayStandInItsAddressAndIsNotShown() {
		SourceSettings.Mlflow mlflow = settings((environment) -> environment.setProperty("MLFLOW_TRACKING_URI",
				"https://me:secret@mlflow.example.com/path"))
			.mlflow();
		assertThat(mlflow.trackingUri()).hasToString("https://mlflow.example.com/path");
		assertThat(mlflow.credentials()).isEqualTo(new SourceSettings.Credentials("me", "secret"));
		assertThat(mlflow.toString()).doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "huggingface.co", "file:///x", "::", "https://" })
	void whenTheEndpointIsNoAddressThenThePropertyIsNamed(String endpoint) {
		assertThatThrownBy(() -> settings((environment) -> environment.setProperty("HF_ENDPOINT", endpoint)))
			.hasMessageContaining("model-serving.sources.hugging-face.endpoint");
	}

	@ParameterizedTest
	@ValueSource(strings = { "hf_sec\nret", "hf_sec ret", "hf_secrét" })
	void whenATokenCannotBeSentThenItIsNotShown(String token) {
		SourceSettings settings = settings((environment) -> {
			environment.setProperty("HF_TOKEN", token);
			environment.setProperty("MLFLOW_TRACKING_TOKEN", token);
			environment.setProperty("MLFLOW_TRACKING_URI", "https://mlflow.example.com");
		});
		for (String location : List.of("hf:a/b", "models:/a@b")) {
			ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
					() -> Downloads.locations(new DefaultResourceLoader(), Downloads.none(), settings)
						.resolve("m", location, VersionPolicy.parse("latest")));
			assertThat(ex).hasMessageContaining("needs a token without spaces").hasMessageNotContaining("hf_sec");
		}
	}

}
