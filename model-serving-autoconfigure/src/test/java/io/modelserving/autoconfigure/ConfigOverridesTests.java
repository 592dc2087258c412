package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.repository.VersionPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ConfigOverrides}.
 */
class ConfigOverridesTests {

	@Test
	void whenSettingsAreKnownThenTheyAreTheModels() {
		ModelProperties settings = of("""
				{"name": "digits", "platform": "onnxruntime_onnx", "max_batch_size": 16,
				 "dynamic_batching": {"max_queue_delay_microseconds": "1500",
				   "default_queue_policy": {"max_queue_size": 50, "default_timeout_microseconds": 2000000}},
				 "instance_group": [{"name": "all", "kind": "KIND_CPU", "count": 3, "gpus": [0, 1]}],
				 "response_cache": {"enable": true},
				 "parameters": {"intra_op_thread_count": {"string_value": "2"},
				   "inter_op_thread_count": {"string_value": "4"}}}""");
		assertThat(settings.batching().maxBatchSize()).isEqualTo(AutoNumber.of(16));
		assertThat(settings.batching().maxQueueDelay()).isEqualTo(Duration.ofNanos(1_500_000));
		assertThat(settings.batching().queueCapacity()).isEqualTo(50);
		assertThat(settings.batching().defaultTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(settings.runtime().instances()).isEqualTo(AutoNumber.of(3));
		assertThat(settings.runtime().devices()).isEqualTo(List.of(0, 1));
		assertThat(settings.runtime().intraOpThreads()).isEqualTo(AutoNumber.of(2));
		assertThat(settings.runtime().interOpThreads()).isEqualTo(4);
		assertThat(settings.cache().enabled()).isTrue();
	}

	@Test
	void whenNothingIsSaidThenNothingIsOverridden() {
		assertThat(of("{}")).isEqualTo(of("{\"backend\": \"onnxruntime\", \"dynamic_batching\": {}}"));
		assertThat(of("{}").versions()).isNull();
	}

	@Test
	void whenTheMaximumBatchSizeIsZeroThenThereAreNoBatches() {
		assertThat(of("{\"max_batch_size\": 0}").batching().maxBatchSize()).isEqualTo(AutoNumber.of(1));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"latest": {}}                  | latest
			{"latest": {"num_versions": 2}} | latest:2
			{"all": {}}                     | all
			{"specific": {"versions": [1, "3"]}} | 1,3
			""")
	void whenThereIsAVersionPolicyThenItIsTheModels(String json, String policy) {
		assertThat(of("{\"version_policy\": %s}".formatted(json)).versionPolicy())
			.isEqualTo(VersionPolicy.parse(policy));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					{"input": []}                               | config.input cannot be changed by a request; what can be is name, platform
					{"dynamic_batching": {"preserve_ordering": true}} | config.dynamic_batching.preserve_ordering cannot be changed
					{"dynamic_batching": {"default_queue_policy": {"timeout_action": 1}}} | config.dynamic_batching.default_queue_policy.timeout_action cannot
					{"instance_group": [{"count": 1, "profile": "x"}]} | config.instance_group.profile cannot be changed
					{"instance_group": [{"count": 1}, {"count": 2}]}   | config.instance_group is an array of 2; it must be an array of one object
					{"instance_group": [{"count": 9}]}          | config.instance_group.count is 9; it must be between 1 and 8
					{"instance_group": [{"kind": "KIND_MODEL"}]} | config.instance_group.kind is KIND_MODEL; it must be KIND_AUTO
					{"parameters": {"execution_mode": {"string_value": "1"}}} | config.parameters.execution_mode cannot be changed
					{"parameters": {"intra_op_thread_count": "2"}} | config.parameters.intra_op_thread_count is 2; it must be an object
					{"response_cache": {"enable": "yes"}}       | config.response_cache.enable is yes; it must be true or false
					{"response_cache": {"size": 1}}             | config.response_cache.size cannot be changed by a request; what can be is enable
					{"version_policy": {}}                      | config.version_policy has nothing; one of latest, all, specific is needed
					{"version_policy": {"latest": {}, "all": {}}} | config.version_policy has latest, all; one of
					{"version_policy": {"specific": {"versions": []}}} | config.version_policy.specific.versions is an array of 0; it must be an array
					{"version_policy": {"specific": {"versions": [0]}}} | config.version_policy.specific.versions is an array of 1; it must be between 1 and
					{"max_batch_size": -1}                      | config.max_batch_size is -1; it must be between 0 and 65536
					{"max_batch_size": 1.5}                     | config.max_batch_size is 1.5; it must be a whole number
					{"max_batch_size": "many"}                  | config.max_batch_size is many; it must be a whole number
					{"max_batch_size": null}                    | config.max_batch_size is null; it must be a whole number
					{"name": "other"}                           | config.name is other; it must be "digits"
					{"platform": "tensorflow_savedmodel"}       | config.platform is tensorflow_savedmodel; it must be one of
					{"dynamic_batching": true}                  | config.dynamic_batching is true; it must be an object
					""")
	void whenASettingIsUnknownOrWrongThenItIsRejectedByItsName(String json, String message) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> of(json)).withMessageStartingWith(message);
	}

	@SuppressWarnings("unchecked")
	private static ModelProperties of(String json) {
		return ConfigOverrides.of("digits", JsonMapper.shared().readValue(json, Map.class), 8);
	}

}
