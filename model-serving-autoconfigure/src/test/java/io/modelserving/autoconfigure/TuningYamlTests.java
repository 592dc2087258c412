package io.modelserving.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;

import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.tuning.Candidate;
import io.modelserving.tuning.PrintedYaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the YAML that tuning prints gives a model the settings that were found.
 */
class TuningYamlTests {

	@ParameterizedTest
	@CsvSource({ "digits, 0", "all-minilm-l6-v2, 5000000", "My.model_1, 1500000", "1.5, 250000", "'a [b]', 1" })
	void whenTheYamlIsBoundThenTheSettingsAreThoseFound(String model, long delayNanos) throws IOException {
		String yaml = PrintedYaml.of(model, new Candidate(3, 2, 16), Duration.ofNanos(delayNanos));
		ModelServingProperties properties = bind(yaml);
		assertThat(properties.models()).as(yaml).containsOnlyKeys(model);
		ModelProperties settings = properties.settingsOf(model);
		InstanceSettings instances = settings.runtime().instanceSettings(settings.optimizeFor());
		assertThat(instances.instancesFor(6)).isEqualTo(3);
		assertThat(instances.intraOpThreadsFor(6)).isEqualTo(2);
		assertThat(settings.batching().settings().maxBatchSize()).isEqualTo(16);
		assertThat(settings.batching().settings().maxQueueDelay()).hasNanos(delayNanos);
	}

	private static ModelServingProperties bind(String yaml) throws IOException {
		ByteArrayResource file = new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8));
		return new Binder(ConfigurationPropertySources.from(new YamlPropertySourceLoader().load("tuning", file)))
			.bindOrCreate("model-serving", Bindable.of(ModelServingProperties.class),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

}
