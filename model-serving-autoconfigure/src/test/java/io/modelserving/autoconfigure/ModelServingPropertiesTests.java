package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.tensor.Padding;
import io.modelserving.batching.Priorities;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.onnx.ExecutionProvider;
import io.modelserving.model.onnx.OnnxOptions;
import io.modelserving.model.onnx.OnnxOptions.ExecutionMode;
import io.modelserving.model.onnx.OnnxOptions.GraphOptimization;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.sequence.SequenceSettings;
import io.modelserving.sequence.SequenceSettings.State;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.serving.PaddingRule;
import io.modelserving.serving.traffic.Rollback;
import io.modelserving.serving.scaling.ScalingPolicy;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.tensor.Shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ModelServingProperties}.
 */
class ModelServingPropertiesTests {

	@Nested
	class WhenNothingIsSet {

		private final ModelProperties model = bind(Map.of()).settingsOf("digits");

		@Test
		void modelIsRequiredAndLatestVersionServed() {
			assertThat(this.model.isRequired()).isTrue();
			assertThat(this.model.versionPolicy()).isEqualTo(new VersionPolicy.Latest(1));
		}

		@Test
		void settingsAreThoseOfTheHouse() {
			assertThat(this.model.batching().settings()).isEqualTo(BatchingSettings.defaults());
			assertThat(this.model.runtime().instanceSettings(this.model.optimizeFor()))
				.isEqualTo(InstanceSettings.defaults());
			assertThat(this.model.runtime().onnxOptions()).isEqualTo(OnnxOptions.defaults());
		}

	}

	@Nested
	class RuntimeSettings {

		@Test
		void everyKeyArrives() {
			ModelProperties model = bindModel(Map.ofEntries(Map.entry("optimize-for", "latency"),
					Map.entry("runtime.execution-providers", "cuda,cpu"), Map.entry("runtime.devices", "0,1"),
					Map.entry("runtime.instances", 3), Map.entry("runtime.intra-op-threads", "2"),
					Map.entry("runtime.inter-op-threads", "4"), Map.entry("runtime.graph-optimization", "extended"),
					Map.entry("runtime.optimized-model-cache", "/tmp/cache"),
					Map.entry("runtime.allow-spinning", "true"),
					Map.entry("runtime.options[session.set_denormal_as_zero]", "1"),
					Map.entry("runtime.provider-options.cuda.gpu_mem_limit", "1000")));
			OnnxOptions options = model.runtime().onnxOptions();
			assertThat(options.executionProviders()).containsExactly(
					ExecutionProvider.of("cuda", Map.of("gpu_mem_limit", "1000")), new ExecutionProvider.Cpu());
			assertThat(options.graphOptimization()).isEqualTo(GraphOptimization.EXTENDED);
			assertThat(options.executionMode()).isEqualTo(ExecutionMode.PARALLEL);
			assertThat(options.interOpThreads()).isEqualTo(4);
			assertThat(options.spinning()).isTrue();
			assertThat(options.optimizedModelCache()).isEqualTo(Path.of("/tmp/cache"));
			assertThat(options.configEntries()).containsOnly(Map.entry("session.set_denormal_as_zero", "1"));
			assertThat(model.runtime().instanceSettings(model.optimizeFor()))
				.isEqualTo(new InstanceSettings(OptimizeFor.LATENCY, 3, 2, List.of(0, 1)));
		}

		@Test
		void whenAnAcceleratorIsPreferredThenAutoIsOneInstanceOnEachDevice() {
			ModelProperties model = bindModel(
					Map.of("runtime.execution-providers", "cuda,cpu", "runtime.devices", "0,1"));
			InstanceSettings settings = model.runtime().instanceSettings(null);
			assertThat(settings.instancesFor(16)).isEqualTo(1);
			assertThat(settings.devices()).containsExactly(0, 1);
			ModelProperties two = bindModel(
					Map.of("runtime.execution-providers", "cuda,cpu", "runtime.instances", "2"));
			assertThat(two.runtime().instanceSettings(null).instancesFor(16)).isEqualTo(2);
		}

		@Test
		void whenMostInstancesAreGivenThenTheirNumberFollowsTheLoad() {
			InstanceSettings few = bindModel(Map.of("runtime.max-instances", "4")).runtime().instanceSettings(null);
			assertThat(few.scaling()).isEqualTo(
					new ScalingPolicy(1, 4, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofMinutes(2)));
			assertThat(few.instancesFor(16)).isEqualTo(1);
			assertThat(few.intraOpThreadsFor(16)).as("when all run").isEqualTo(4);
			InstanceSettings all = bindModel(Map.of("runtime.min-instances", "2", "runtime.max-instances", "8",
					"runtime.scale-up-queue-time", "20ms", "runtime.scale-interval", "1s", "runtime.scale-down-after",
					"1m", "runtime.instances", "3"))
				.runtime()
				.instanceSettings(null);
			assertThat(all.scaling()).isEqualTo(
					new ScalingPolicy(2, 8, Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofMinutes(1)));
			assertThat(all.instancesFor(16)).isEqualTo(3);
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				min-instances | 2 | scale-interval | 5s | follows the load only if max-instances is set
				min-instances | 3 | max-instances  | 2  | it must be at least min-instances, 3
				""")
		void whenTheBoundsOfInstancesDoNotFitThenTheMessageNamesTheProperty(String key, String value, String otherKey,
				String otherValue, String message) {
			assertThatExceptionOfType(BindException.class)
				.isThrownBy(() -> bindModel(Map.of("runtime." + key, value, "runtime." + otherKey, otherValue)))
				.havingRootCause()
				.withMessageContaining("digits.runtime.")
				.withMessageContaining(message);
		}

		@Test
		void autoLeavesTheNumberOpen() {
			ModelProperties model = bindModel(Map.of("runtime.instances", "auto", "runtime.intra-op-threads", "AUTO"));
			assertThat(model.runtime().instanceSettings(null)).isEqualTo(InstanceSettings.defaults());
		}

		@Test
		void autoOfAModelWinsOverANumberOfTheDefaults() {
			ModelProperties model = bind(Map.of("model-serving.defaults.runtime.instances", "4",
					"model-serving.models.digits.runtime.instances", "auto"))
				.settingsOf("digits");
			assertThat(model.runtime().instanceSettings(null).instances()).isNull();
		}

	}

	@Nested
	class TrafficKeys {

		@Test
		void everyKeyArrives() {
			ModelProperties model = bindModel(Map.ofEntries(Map.entry("traffic.default-version", "1"),
					Map.entry("traffic.weights.1", "95"), Map.entry("traffic.weights.2", "5"),
					Map.entry("traffic.shadow.version", "3"), Map.entry("traffic.shadow.share", "0.5"),
					Map.entry("traffic.shadow.tolerance", "0.01"), Map.entry("traffic.sticky-header", "x-user"),
					Map.entry("traffic.labels.stable", "1"), Map.entry("traffic.rollback.enabled", "true"),
					Map.entry("traffic.rollback.to", "1"), Map.entry("traffic.rollback.window", "50"),
					Map.entry("traffic.rollback.minimum-calls", "10"),
					Map.entry("traffic.rollback.failure-ratio", "0.3")));
			assertThat(model.traffic().traffic())
				.isEqualTo(new Traffic(1L, new TreeMap<>(Map.of(1L, 95, 2L, 5)), new Shadow(3, 0.5, 0.01), "x-user",
						new TreeMap<>(Map.of("stable", 1L)), new Rollback(1L, 50, 10, 0.3)));
		}

		@Test
		void whenNothingIsSetThenTheHighestGetsAll() {
			assertThat(bindModel(Map.of()).traffic().traffic()).isEqualTo(Traffic.NONE);
		}

		@Test
		void whenRollbackIsEnabledThenItsRuleIsThatOfTheHouse() {
			ModelProperties model = bindModel(Map.of("traffic.rollback.enabled", "true"));
			assertThat(model.traffic().traffic().rollback()).isEqualTo(Rollback.defaults());
		}

		@Test
		void settingsOfAModelGoOverTheDefaultsKeyByKey() {
			ModelProperties model = bind(Map.of("model-serving.defaults.traffic.sticky-header", "x-user",
					"model-serving.defaults.traffic.rollback.window", "7",
					"model-serving.models.digits.traffic.rollback.enabled", "true"))
				.settingsOf("digits");
			assertThat(model.traffic().traffic())
				.isEqualTo(Traffic.NONE.withStickyHeader("x-user").withRollback(new Rollback(null, 7, 7, 0.2)));
		}

	}

	@Nested
	class BatchingKeys {

		@Test
		void everyKeyArrives() {
			ModelProperties model = bindModel(Map.of("batching.max-batch-size", "16", "batching.max-queue-delay", "5",
					"batching.queue-capacity", "64", "batching.default-timeout", "2s", "batching.verify", "warn"));
			assertThat(model.batching().settings()).isEqualTo(new BatchingSettings(16, Duration.ofMillis(5), 64,
					Duration.ofSeconds(2), Verification.WARN, PaddingRule.NONE));
		}

		@Test
		void prioritiesArriveAndTheDefaultIsTheMiddle() {
			assertThat(bindModel(Map.of("batching.priority-levels", "4")).batching().settings().priorities())
				.isEqualTo(new Priorities(4, 2, Duration.ofSeconds(5)));
			assertThat(bindModel(Map.of("batching.priority-levels", "4", "batching.default-priority", "4",
					"batching.priority-ageing", "1s"))
				.batching()
				.settings()
				.priorities()).isEqualTo(new Priorities(4, 4, Duration.ofSeconds(1)));
		}

		@Test
		void whenTheDefaultPriorityIsNoLevelThenTheMessageNamesTheModel() {
			assertThatExceptionOfType(BindException.class)
				.isThrownBy(() -> bind(Map.of("model-serving.defaults.batching.priority-levels", "2",
						"model-serving.models.digits.batching.default-priority", "3")))
				.havingRootCause()
				.withMessageContaining("model-serving.models.digits.batching.default-priority")
				.withMessageContaining("at most priority-levels, 2");
		}

		@Test
		void anObjectiveArrivesAndIsForNinetyNineOfAHundred() {
			assertThat(bindModel(Map.of()).batching().settings().objective()).isNull();
			assertThat(bindModel(Map.of("batching.latency-objective", "50ms")).batching().settings().objective())
				.isEqualTo(new LatencyObjective(Duration.ofMillis(50), 0.99));
			assertThat(bind(Map.of("model-serving.defaults.batching.latency-objective", "1s",
					"model-serving.models.digits.batching.latency-percentile", "0.9"))
				.settingsOf("digits")
				.batching()
				.settings()
				.objective()).isEqualTo(new LatencyObjective(Duration.ofSeconds(1), 0.9));
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				latency-objective  | 0s   | it must be longer than 0
				latency-objective  | 25h  | it must be shorter than a day
				latency-percentile | 99   | it must be at least 0.5 and below 1, such as 0.99
				""")
		void whenAnObjectiveIsWrongThenTheMessageNamesTheProperty(String key, String value, String reason) {
			String name = "model-serving.models.digits.batching." + key;
			assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(Map.of(name, value)))
				.havingRootCause()
				.withMessageContaining(name)
				.withMessageContaining(reason);
		}

		@Test
		void yamlsFalseIsOff() {
			assertThat(bindModel(Map.of("batching.verify", false)).batching().settings().verification())
				.isEqualTo(Verification.OFF);
		}

		@Test
		void timeoutOfZeroIsNone() {
			assertThat(bindModel(Map.of("batching.default-timeout", "0")).batching().settings().defaultTimeout())
				.isNull();
		}

		@Test
		void paddingByInputsArrives() {
			ModelProperties model = bindModel(Map.of("batching.padding.inputs.ids", "1", "batching.padding.values.ids",
					"7", "batching.padding.outputs.states", "1", "batching.padding.buckets", "32,64"));
			assertThat(model.batching().settings().padding().resolve(new ModelSignature(List.of(), List.of())))
				.isEqualTo(new Padding(Map.of("ids", new Padding.Input(1, 7)), Map.of("states", 1), List.of(32, 64)));
		}

		@Test
		void statesOfSequencesArrive() {
			ModelProperties model = bindModel(Map.of("sequences.states.h_out", "h", "sequences.states.c_out.input", "c",
					"sequences.states.c_out.initial", "1.5", "sequences.states.c_out.shape", "2,-1,4",
					"sequences.states.[d/out]", "d/in", "sequences.max-sequences", "7", "sequences.max-memory", "1KB"));
			assertThat(model.sequences().settings()).isEqualTo(new SequenceSettings(Map.of("h_out", State.zeros("h"),
					"c_out", new State("c", 1.5, Shape.of(2, -1, 4)), "d/out", State.zeros("d/in")),
					Duration.ofMinutes(1), 7, 1024));
			assertThat(bindModel(Map.of("sequences.idle-timeout", "5s")).sequences().settings()).isNull();
		}

		@Test
		void paddingIsTakenFromTheDefaultsAsAWhole() {
			ModelProperties model = bind(Map.of("model-serving.defaults.batching.padding.dimension", "sequence",
					"model-serving.models.digits.batching.padding.inputs.ids", "1"))
				.settingsOf("digits");
			assertThat(model.batching().padding()).isNotNull().extracting(PaddingProperties::dimension).isNull();
		}

	}

	@Nested
	class Merging {

		@Test
		void modelTakesFromTheDefaultsWhatItDoesNotSay() {
			ModelServingProperties properties = bind(
					Map.of("model-serving.defaults.required", "false", "model-serving.defaults.warm-up.timeout", "5s",
							"model-serving.defaults.runtime.options.a", "1", "model-serving.models.digits.location",
							"file:/digits.onnx", "model-serving.models.digits.warm-up.enabled", "false",
							"model-serving.models.digits.runtime.options.b", "2"));
			ModelProperties model = properties.settingsOf("digits");
			assertThat(model.location()).isEqualTo("file:/digits.onnx");
			assertThat(model.isRequired()).isFalse();
			assertThat(model.warmUp()).isEqualTo(new WarmUpProperties(false, null, Duration.ofSeconds(5)));
			assertThat(model.runtime().options()).containsOnly(Map.entry("a", "1"), Map.entry("b", "2"));
		}

		@Test
		void modelThatIsNotConfiguredHasTheDefaults() {
			assertThat(bind(Map.of("model-serving.defaults.required", "false")).settingsOf("other").isRequired())
				.isFalse();
		}

	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			batching.queue-capacity         | 0       | it must be at least 1
			batching.max-queue-delay        | -1ms    | it must not be negative
			batching.default-timeout        | -1s     | it must not be negative
			batching.padding.dimension      | ' '     | either the name of a dimension is needed
			sequences.idle-timeout          | 0       | it must be longer than 0
			sequences.max-sequences         | 0       | it must be at least 1
			sequences.max-memory            | 0       | it must be more than 0
			sequences.states.h.input        | ' '     | the name of the input is needed that takes the state
			batching.padding.inputs.ids     | 0       | it must be at least 1
			warm-up.timeout                 | 0       | it must be longer than 0
			runtime.inter-op-threads        | 0       | it must be at least 1
			runtime.devices                 | 0,-1    | indexes of devices are needed
			runtime.devices                 | 0,0     | a device is listed twice
			runtime.execution-providers     | cpu,cpu | an execution provider is listed twice
			runtime.options.a               | ' '     | it must not be blank
			traffic.shadow.share            | 2       | it must be from 0 to 1
			traffic.shadow.tolerance        | -1      | it must not be negative
			traffic.rollback.failure-ratio  | 1       | it must be at least 0 and less than 1
			traffic.rollback.window         | 0       | it must be from 1 to 100000
			traffic.rollback.minimum-calls  | 0       | it must be at least 1
			traffic.default-version         | -1      | version -1 is not a positive number
			traffic.labels.stable           | 0       | version 0 is not a positive number
			traffic.sticky-header           | x y     | is not the name of a header
			versions                        | newest  | is none of: latest, latest:2, all
			""")
	void whenValueIsWrongThenNamesPropertyAndWhatIsRight(String key, String value, String reason) {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bindModel(Map.of(key, value)))
			.havingRootCause()
			.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
				assertThat(ex.getName()).isEqualTo("model-serving.models.digits." + key);
				assertThat(ex.getReason()).contains(reason);
			});
	}

	@ParameterizedTest
	@CsvSource({ "runtime.instances,0", "runtime.instances,many", "batching.max-batch-size,-1" })
	void whenNumberIsNeitherAutoNorPositiveThenNamesProperty(String key, String value) {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bindModel(Map.of(key, value)))
			.satisfies(
					(ex) -> assertThat(String.valueOf(ex.getProperty())).contains("model-serving.models.digits." + key))
			.withStackTraceContaining("\"%s\" is neither \"auto\" nor a number of at least 1".formatted(value));
	}

	@Test
	void whenDefaultsHaveLocationThenRejected() {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(Map.of("model-serving.defaults.location", "file:/models")))
			.withStackTraceContaining("set model-serving.models.<name>.location, or model-serving.repository");
	}

	private static ModelProperties bindModel(Map<String, ?> model) {
		Map<String, Object> properties = new HashMap<>();
		model.forEach((key, value) -> properties.put("model-serving.models.digits." + key, value));
		return bind(properties).settingsOf("digits");
	}

	private static ModelServingProperties bind(Map<String, ?> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("model-serving",
				Bindable.of(ModelServingProperties.class));
	}

}
