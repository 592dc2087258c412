package io.modelserving.serving.server;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.modelserving.model.Outcome;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.traffic.Rollback;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.ModelKey;

import static io.modelserving.serving.traffic.TrafficPolicyTests.weights;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how the traffic of definitions and the traffic set by hand follow each other.
 */
class DefinedTrafficTests {

	private static final Traffic SPLIT = Traffic.split(weights(1, 90, 2, 10));

	private static final Traffic EVEN = Traffic.split(weights(1, 50, 2, 50));

	private final SlotFixture fixture = new SlotFixture();

	@Test
	void whenADefinitionBringsOtherTrafficThenItIsApplied() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, SPLIT), version(2, SPLIT));
		registry.load(version(1, EVEN));
		registry.load(version(2, EVEN));
		assertThat(registry.traffic("a")).isEqualTo(EVEN);
		assertThat(this.fixture.routed).containsExactly(EVEN);
	}

	@Test
	void whenTrafficIsTakenOutOfTheDefinitionThenTheHighestVersionGetsAll() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, SPLIT), version(2, SPLIT));
		registry.load(version(1, Traffic.NONE));
		assertThat(registry.traffic("a")).isEqualTo(Traffic.NONE);
	}

	@Test
	void whenTheDefinitionIsTheSameThenTrafficSetByHandStays() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, SPLIT), version(2, SPLIT));
		registry.route("a", Traffic.pinnedTo(1));
		registry.load(version(1, SPLIT));
		registry.reload(new ModelKey("a", 2));
		assertThat(registry.traffic("a")).isEqualTo(Traffic.pinnedTo(1));
		registry.load(version(1, EVEN));
		assertThat(registry.traffic("a")).isEqualTo(EVEN);
	}

	@Test
	void whenTheDefinitionChangesBackThenThatIsApplied() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, SPLIT));
		registry.load(version(1, EVEN));
		registry.load(version(1, SPLIT));
		assertThat(registry.traffic("a")).isEqualTo(SPLIT);
	}

	@Test
	void whenTheSecondOfTwoVersionsFollowsAChangeThenTrafficSetByHandMeanwhileStays() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, SPLIT), version(2, SPLIT));
		registry.load(version(1, EVEN));
		registry.route("a", Traffic.pinnedTo(1));
		registry.load(version(2, EVEN));
		assertThat(registry.traffic("a")).isEqualTo(Traffic.pinnedTo(1));
	}

	@Test
	void whenANewVersionBringsTrafficThenItIsAppliedBeforeItServes() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, Traffic.NONE));
		registry.load(version(2, SPLIT));
		assertThat(registry.traffic("a")).isEqualTo(SPLIT);
	}

	@Test
	void whenADefinitionSaysNothingOfTrafficThenItStays() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, SPLIT));
		registry.load(version(1, null));
		registry.load(version(2, null));
		registry.load(version(2, Traffic.NONE));
		registry.load(version(1, SPLIT));
		assertThat(registry.traffic("a")).isEqualTo(SPLIT);
		assertThat(this.fixture.routed).isEmpty();
	}

	@Test
	void whenTheLastVersionIsUnloadedThenItsTrafficIsForgotten() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, SPLIT), version(2, SPLIT));
		registry.route("a", EVEN);
		registry.unload(new ModelKey("a", 1));
		assertThat(registry.traffic("a")).isEqualTo(EVEN);
		registry.unload(new ModelKey("a", 2));
		assertThat(registry.traffic("a")).isEqualTo(Traffic.NONE);
		registry.load(version(1, SPLIT));
		assertThat(registry.traffic("a")).isEqualTo(SPLIT);
	}

	@Test
	void whenAVersionIsUnloadedThenItsRollbackIsForgottenAndThatOfOthersStays() {
		DefaultModelRegistry registry = this.fixture.registry(version(1, SPLIT), version(2, SPLIT), version(3, SPLIT));
		registry.route("a", Traffic.pinnedTo(3).withRollback(new Rollback(null, 1, 1, 0)));
		registry.loadAll();
		this.fixture.runAll();
		Routing routing = registry.router().routing("a");
		routing.record(3, Outcome.FAILED, () -> registry.router().available(routing));
		routing.record(2, Outcome.FAILED, () -> registry.router().available(routing));
		assertThat(routing.rolledBack()).containsOnlyKeys(2L, 3L);
		registry.unload(new ModelKey("a", 3));
		assertThat(routing.rolledBack()).containsOnlyKeys(2L);
		assertThat(routing.effective().defaultVersion()).isEqualTo(3);
		registry.unload(new ModelKey("a", 2));
		assertThat(routing.rolledBack()).isEmpty();
		assertThat(routing.effective()).isEqualTo(routing.traffic());
	}

	private static ModelDefinition version(long version, @Nullable Traffic traffic) {
		ModelDefinition plain = Definitions.of("a", version, (file, resources) -> FakeModel.timesTwo());
		return new ModelDefinition(plain.key(), plain.source(), plain.loader(), plain.required(), plain.instances(),
				plain.batching(), plain.warmUp(), traffic);
	}

}
