package io.modelserving.repository;

import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import io.modelserving.repository.ChangeDetector.Decision;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChangeDetector}.
 */
class ChangeDetectorTests {

	private static final ModelFingerprint FIRST = fingerprint("1/model.onnx", 10, 1);

	private static final Map<String, ModelFingerprint> INITIAL = Map.of("m", FIRST);

	private final ChangeDetector detector = new ChangeDetector(INITIAL);

	@Test
	void whenNothingChangesThenThereIsNothingToDo() {
		assertThat(look(this.detector, INITIAL)).isEmpty();
		assertThat(look(this.detector, INITIAL)).isEmpty();
	}

	@Test
	void whenAFileChangesThenItCountsOnceItIsTheSameTwice() {
		assertThat(look(this.detector, Map.of("m", fingerprint("1/model.onnx", 5, 2)))).isEmpty();
		assertThat(look(this.detector, Map.of("m", fingerprint("1/model.onnx", 8, 3)))).isEmpty();
		Map<String, ModelFingerprint> whole = Map.of("m", fingerprint("1/model.onnx", 11, 4));
		assertThat(look(this.detector, whole)).isEmpty();
		assertThat(look(this.detector, whole)).containsOnly(load("m", Set.of(1L), false));
		assertThat(look(this.detector, whole)).isEmpty();
	}

	@Test
	void whenAFileChangesBackBeforeItCountsThenThereIsNothingToDo() {
		assertThat(look(this.detector, Map.of("m", fingerprint("1/model.onnx", 5, 2)))).isEmpty();
		assertThat(look(this.detector, INITIAL)).isEmpty();
		assertThat(look(this.detector, INITIAL)).isEmpty();
	}

	@Test
	void whenOnlyTheTimeOrOnlyTheSizeChangesThenItCounts() {
		Map<String, ModelFingerprint> touched = Map.of("m", fingerprint("1/model.onnx", 10, 2));
		look(this.detector, touched);
		assertThat(look(this.detector, touched)).containsOnly(load("m", Set.of(1L), false));
		Map<String, ModelFingerprint> grown = Map.of("m", fingerprint("1/model.onnx", 11, 2));
		look(this.detector, grown);
		assertThat(look(this.detector, grown)).containsOnly(load("m", Set.of(1L), false));
	}

	@Test
	void whenVersionsComeGoAndChangeThenThoseAreNamedAndNoOthers() {
		ChangeDetector versions = new ChangeDetector(Map.of("m", and(fingerprint("1/model.onnx", 1, 1),
				and(fingerprint("2/model.onnx", 1, 1), fingerprint("3/model.onnx", 1, 1)))));
		Map<String, ModelFingerprint> now = Map.of("m", and(fingerprint("2/model.onnx", 1, 1),
				and(fingerprint("3/weights.bin", 1, 1), fingerprint("10/model.onnx", 1, 1))));
		look(versions, now);
		assertThat(look(versions, now)).containsOnly(load("m", Set.of(1L, 3L, 10L), false));
	}

	@Test
	void whenTheSettingsChangeThenAllVersionsAreConcerned() {
		Map<String, ModelFingerprint> now = Map.of("m", and(FIRST, fingerprint("model.yml", 1, 1)));
		look(this.detector, now);
		Decision decision = look(this.detector, now).get("m");
		assertThat(decision).isEqualTo(new Decision.Load(new ModelChange(Set.of(), true)));
		assertThat(((Decision.Load) decision).change().concerns(7)).isTrue();
	}

	@Test
	void whenAModelComesThenItIsLoadedAndWhenItGoesUnloaded() {
		Map<String, ModelFingerprint> two = Map.of("m", FIRST, "n", FIRST);
		assertThat(look(this.detector, two)).isEmpty();
		assertThat(look(this.detector, two)).containsOnly(load("n", Set.of(), true));
		assertThat(look(this.detector, INITIAL)).isEmpty();
		assertThat(look(this.detector, INITIAL)).containsOnly(Map.entry("n", new Decision.Unload()));
		assertThat(look(this.detector, INITIAL)).isEmpty();
	}

	@Test
	void whenAModelIsGoneForOneLookOnlyThenItStays() {
		assertThat(look(this.detector, Map.of())).isEmpty();
		assertThat(look(this.detector, INITIAL)).isEmpty();
		assertThat(look(this.detector, INITIAL)).isEmpty();
	}

	@Test
	void whenOneModelIsBeingWrittenThenOthersDoNotWait() {
		for (int size = 1; size < 10; size++) {
			Map<String, ModelFingerprint> now = Map.of("m", FIRST, "n", fingerprint("1/model.onnx", size, size), "o",
					FIRST);
			assertThat(look(this.detector, now)).doesNotContainKeys("m", "n").hasSize((size == 2) ? 1 : 0);
		}
	}

	@Test
	void whileAModelCannotBeReadThenItCountsAsUnchanged() {
		for (int i = 0; i < 3; i++) {
			assertThat(this.detector.look(Map.of(), Set.of("m", "n"))).isEmpty();
		}
		assertThat(look(this.detector, INITIAL)).isEmpty();
		assertThat(look(this.detector, INITIAL)).isEmpty();
	}

	@Test
	void whenAModelCannotBeReadAfterItWentOrChangedThenThatCountsOnceItIsSeenTwice() {
		look(this.detector, Map.of());
		assertThat(this.detector.look(Map.of(), Set.of("m"))).isEmpty();
		Map<String, ModelFingerprint> changed = Map.of("m", fingerprint("1/model.onnx", 11, 2));
		look(this.detector, changed);
		assertThat(this.detector.look(Map.of(), Set.of("m"))).isEmpty();
		assertThat(look(this.detector, changed)).isEmpty();
		assertThat(look(this.detector, changed)).containsOnly(load("m", Set.of(1L), false));
	}

	private static Map<String, Decision> look(ChangeDetector detector, Map<String, ModelFingerprint> now) {
		return detector.look(now, Set.of());
	}

	private static Map.Entry<String, Decision> load(String model, Set<Long> versions, boolean settings) {
		return Map.entry(model, new Decision.Load(new ModelChange(versions, settings)));
	}

	private static ModelFingerprint fingerprint(String file, long size, long time) {
		return new ModelFingerprint(new TreeMap<>(Map.of(file, new FileFingerprint(size, FileTime.fromMillis(time)))));
	}

	private static ModelFingerprint and(ModelFingerprint one, ModelFingerprint other) {
		TreeMap<String, FileFingerprint> files = new TreeMap<>(one.files());
		files.putAll(other.files());
		return new ModelFingerprint(files);
	}

}
