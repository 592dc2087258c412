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
		DefaultModelAdministration administration = this.fixture.administration(version(1, SPLIT), version(2, SPLIT));
		administration.load(version(1, EVEN));
		administration.load(version(2, EVEN));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(EVEN);
		assertThat(this.fixture.routed).containsExactly(EVEN);
	}

	@Test
	void whenTrafficIsTakenOutOfTheDefinitionThenTheHighestVersionGetsAll() {
		DefaultModelAdministration administration = this.fixture.administration(version(1, SPLIT), version(2, SPLIT));
		administration.load(version(1, Traffic.NONE));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(Traffic.NONE);
	}

	@Test
	void whenTheDefinitionIsTheSameThenTrafficSetByHandStays() {
		DefaultModelAdministration administration = this.fixture.administration(version(1, SPLIT), version(2, SPLIT));
		administration.route("a", Traffic.pinnedTo(1));
		administration.load(version(1, SPLIT));
		administration.reload(new ModelKey("a", 2));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(Traffic.pinnedTo(1));
		administration.load(version(1, EVEN));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(EVEN);
	}

	@Test
	void whenTheDefinitionChangesBackThenThatIsApplied() {
		DefaultModelAdministration administration = this.fixture.administration(version(1, SPLIT));
		administration.load(version(1, EVEN));
		administration.load(version(1, SPLIT));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(SPLIT);
	}

	@Test
	void whenTheSecondOfTwoVersionsFollowsAChangeThenTrafficSetByHandMeanwhileStays() {
		DefaultModelAdministration administration = this.fixture.administration(version(1, SPLIT), version(2, SPLIT));
		administration.load(version(1, EVEN));
		administration.route("a", Traffic.pinnedTo(1));
		administration.load(version(2, EVEN));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(Traffic.pinnedTo(1));
	}

	@Test
	void whenANewVersionBringsTrafficThenItIsAppliedBeforeItServes() {
		DefaultModelAdministration administration = this.fixture.administration(version(1, Traffic.NONE));
		administration.load(version(2, SPLIT));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(SPLIT);
	}

	@Test
	void whenADefinitionSaysNothingOfTrafficThenItStays() {
		DefaultModelAdministration administration = this.fixture.administration(version(1, SPLIT));
		administration.load(version(1, null));
		administration.load(version(2, null));
		administration.load(version(2, Traffic.NONE));
		administration.load(version(1, SPLIT));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(SPLIT);
		assertThat(this.fixture.routed).isEmpty();
	}

	@Test
	void whenTheLastVersionIsUnloadedThenItsTrafficIsForgotten() {
		DefaultModelAdministration administration = this.fixture.administration(version(1, SPLIT), version(2, SPLIT));
		administration.route("a", EVEN);
		administration.unload(new ModelKey("a", 1));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(EVEN);
		administration.unload(new ModelKey("a", 2));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(Traffic.NONE);
		administration.load(version(1, SPLIT));
		assertThat(SlotFixture.registry(administration).traffic("a")).isEqualTo(SPLIT);
	}

	@Test
	void whenAVersionIsUnloadedThenItsRollbackIsForgottenAndThatOfOthersStays() {
		DefaultModelAdministration administration = this.fixture.administration(version(1, SPLIT), version(2, SPLIT),
				version(3, SPLIT));
		administration.route("a", Traffic.pinnedTo(3).withRollback(new Rollback(null, 1, 1, 0)));
		administration.loadAll();
		this.fixture.runAll();
		Routing routing = administration.router().routing("a");
		routing.record(3, Outcome.FAILED, () -> administration.router().available(routing));
		routing.record(2, Outcome.FAILED, () -> administration.router().available(routing));
		assertThat(routing.rolledBack()).containsOnlyKeys(2L, 3L);
		administration.unload(new ModelKey("a", 3));
		assertThat(routing.rolledBack()).containsOnlyKeys(2L);
		assertThat(routing.effective().defaultVersion()).isEqualTo(3);
		administration.unload(new ModelKey("a", 2));
		assertThat(routing.rolledBack()).isEmpty();
		assertThat(routing.effective()).isEqualTo(routing.traffic());
	}

	private static ModelDefinition version(long version, @Nullable Traffic traffic) {
		ModelDefinition plain = Definitions.of("a", version, (file, resources) -> FakeModel.timesTwo());
		return new ModelDefinition(plain.key(), plain.source(), plain.loader(), plain.required(), plain.instances(),
				plain.batching(), plain.warmUp(), traffic, null);
	}

}
