package io.modelserving.health;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.InstanceSnapshot;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelSnapshot;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ModelHealth}.
 */
class ModelHealthTests {

	@ParameterizedTest
	@CsvSource({ "LOADING,OUT_OF_SERVICE", "WARMING,OUT_OF_SERVICE", "READY,UP", "FAILED,DOWN",
			"DRAINING,OUT_OF_SERVICE", "UNLOADED,OUT_OF_SERVICE" })
	void stateBecomesHealth(ModelState state, String status) {
		assertThat(ModelHealth.of(List.of(version(1, state, ""))).getStatus()).isEqualTo(new Status(status));
	}

	@Test
	void whenFailedThenSaysWhy() {
		Health health = ModelHealth.of(List.of(version(1, ModelState.FAILED, "the file is broken. Export it again.")));
		assertThat(health.getDetails()).containsEntry("reason",
				"digits:1 is FAILED: the file is broken. Export it again.");
	}

	@Test
	void whenAllInstancesHangThenTheModelIsDownAndSaysWhy() {
		Health health = ModelHealth.of(List.of(hanging(0)));
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("reason", "all instances of digits:1 hang: their runs do not end")
			.extractingByKey("versions")
			.asString()
			.contains("hungInstances=1");
	}

	@Test
	void whenAHungInstanceWasReplacedThenTheModelIsUpAndTheDetailsShowIt() {
		Health health = ModelHealth.of(List.of(hanging(1)));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).doesNotContainKey("reason")
			.extractingByKey("versions")
			.asString()
			.contains("hungInstances=1");
	}

	private static ModelSnapshot hanging(int others) {
		InstanceSnapshot hung = new InstanceSnapshot("i", "", true, 1, 1, 1, 0, 0, true);
		ModelSnapshot model = version(1, ModelState.READY, "");
		return new ModelSnapshot(model.status(), model.location(), null,
				new BatcherSnapshot(0, 0, others, 0, 0, 0, 0, List.of(hung)));
	}

	@Test
	void whenReadyThenGivesNoReason() {
		Health health = ModelHealth.of(List.of(version(1, ModelState.READY, "")));
		assertThat(health.getDetails()).doesNotContainKey("reason")
			.containsEntry("versions",
					Map.of("1", Map.of("state", "READY", "since", Instant.EPOCH.toString(), "required", true)));
	}

	@Test
	void whenOneVersionIsNotReadyThenModelIsNot() {
		Health health = ModelHealth.of(List.of(version(1, ModelState.READY, ""), version(2, ModelState.WARMING, "")));
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("reason", "digits:2 is WARMING");
	}

	@Test
	void whenOneVersionHasFailedThenModelIsDown() {
		assertThat(ModelHealth.of(List.of(version(1, ModelState.FAILED, ""), version(2, ModelState.LOADING, "")))
			.getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void whenAnotherVersionIsOnItsWayOutThenItDoesNotCount() {
		assertThat(ModelHealth.of(List.of(version(1, ModelState.DRAINING, ""), version(2, ModelState.READY, "")))
			.getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void whenOneVersionIsDisabledThenItDoesNotCountAsLongAsThereIsAnother() {
		Health health = ModelHealth.of(List.of(version(1, ModelState.READY, ""), disabled(2)));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).extractingByKey("versions")
			.asString()
			.contains("2={state=READY, since=1970-01-01T00:00:00Z, required=true, enabled=false}");
	}

	@Test
	void whenAllVersionsAreDisabledThenModelIsOutOfServiceAndSaysWhy() {
		Health health = ModelHealth.of(List.of(disabled(1)));
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("reason",
				"digits:1 is disabled by an operator; it takes calls again once it is enabled");
	}

	@Test
	void whenAVersionThatIsNotRequiredFailsBesideOneThatIsThenItDoesNotCount() {
		ModelSnapshot extra = new ModelSnapshot(
				new ModelStatus(new ModelKey("digits", 2), ModelState.FAILED, "broken", false, Instant.EPOCH), "file",
				null, BatcherSnapshot.IDLE);
		assertThat(ModelHealth.of(List.of(version(1, ModelState.READY, ""), extra)).getStatus()).isEqualTo(Status.UP);
		assertThat(ModelHealth.of(List.of(extra)).getStatus()).isEqualTo(Status.DOWN);
	}

	private static ModelSnapshot disabled(long version) {
		return new ModelSnapshot(
				new ModelStatus(new ModelKey("digits", version), ModelState.READY, "", true, Instant.EPOCH, false),
				"file", null, BatcherSnapshot.IDLE);
	}

	private static ModelSnapshot version(long version, ModelState state, String reason) {
		return new ModelSnapshot(new ModelStatus(new ModelKey("digits", version), state, reason, true, Instant.EPOCH),
				"file", null, BatcherSnapshot.IDLE);
	}

}
