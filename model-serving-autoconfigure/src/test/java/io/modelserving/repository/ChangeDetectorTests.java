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

	private static final ModelStamp FIRST = stamp("1/model.onnx", 10, 1);

	private static final Map<String, ModelStamp> INITIAL = Map.of("m", FIRST);

	private final ChangeDetector detector = new ChangeDetector(INITIAL);

	@Test
	void whenNothingChangesThenThereIsNothingToDo() {
		assertThat(this.detector.look(INITIAL)).isEmpty();
		assertThat(this.detector.look(INITIAL)).isEmpty();
	}

	@Test
	void whenAFileChangesThenItCountsOnceItIsTheSameTwice() {
		assertThat(this.detector.look(Map.of("m", stamp("1/model.onnx", 5, 2)))).isEmpty();
		assertThat(this.detector.look(Map.of("m", stamp("1/model.onnx", 8, 3)))).isEmpty();
		Map<String, ModelStamp> whole = Map.of("m", stamp("1/model.onnx", 11, 4));
		assertThat(this.detector.look(whole)).isEmpty();
		assertThat(this.detector.look(whole)).containsOnly(load("m", Set.of(1L), false));
		assertThat(this.detector.look(whole)).isEmpty();
	}

	@Test
	void whenAFileChangesBackBeforeItCountsThenThereIsNothingToDo() {
		assertThat(this.detector.look(Map.of("m", stamp("1/model.onnx", 5, 2)))).isEmpty();
		assertThat(this.detector.look(INITIAL)).isEmpty();
		assertThat(this.detector.look(INITIAL)).isEmpty();
	}

	@Test
	void whenOnlyTheTimeOrOnlyTheSizeChangesThenItCounts() {
		Map<String, ModelStamp> touched = Map.of("m", stamp("1/model.onnx", 10, 2));
		this.detector.look(touched);
		assertThat(this.detector.look(touched)).containsOnly(load("m", Set.of(1L), false));
		Map<String, ModelStamp> grown = Map.of("m", stamp("1/model.onnx", 11, 2));
		this.detector.look(grown);
		assertThat(this.detector.look(grown)).containsOnly(load("m", Set.of(1L), false));
	}

	@Test
	void whenVersionsComeGoAndChangeThenThoseAreNamedAndNoOthers() {
		ChangeDetector versions = new ChangeDetector(Map.of("m",
				and(stamp("1/model.onnx", 1, 1), and(stamp("2/model.onnx", 1, 1), stamp("3/model.onnx", 1, 1)))));
		Map<String, ModelStamp> now = Map.of("m",
				and(stamp("2/model.onnx", 1, 1), and(stamp("3/weights.bin", 1, 1), stamp("10/model.onnx", 1, 1))));
		versions.look(now);
		assertThat(versions.look(now)).containsOnly(load("m", Set.of(1L, 3L, 10L), false));
	}

	@Test
	void whenTheSettingsChangeThenAllVersionsAreConcerned() {
		Map<String, ModelStamp> now = Map.of("m", and(FIRST, stamp("model.yml", 1, 1)));
		this.detector.look(now);
		Decision decision = this.detector.look(now).get("m");
		assertThat(decision).isEqualTo(new Decision.Load(new ModelChange(Set.of(), true)));
		assertThat(((Decision.Load) decision).change().concerns(7)).isTrue();
	}

	@Test
	void whenAModelComesThenItIsLoadedAndWhenItGoesUnloaded() {
		Map<String, ModelStamp> two = Map.of("m", FIRST, "n", FIRST);
		assertThat(this.detector.look(two)).isEmpty();
		assertThat(this.detector.look(two)).containsOnly(load("n", Set.of(), true));
		assertThat(this.detector.look(INITIAL)).isEmpty();
		assertThat(this.detector.look(INITIAL)).containsOnly(Map.entry("n", new Decision.Unload()));
		assertThat(this.detector.look(INITIAL)).isEmpty();
	}

	@Test
	void whenAModelIsGoneForOneLookOnlyThenItStays() {
		assertThat(this.detector.look(Map.of())).isEmpty();
		assertThat(this.detector.look(INITIAL)).isEmpty();
		assertThat(this.detector.look(INITIAL)).isEmpty();
	}

	@Test
	void whenOneModelIsBeingWrittenThenOthersDoNotWait() {
		for (int size = 1; size < 10; size++) {
			Map<String, ModelStamp> now = Map.of("m", FIRST, "n", stamp("1/model.onnx", size, size), "o", FIRST);
			assertThat(this.detector.look(now)).doesNotContainKeys("m", "n").hasSize((size == 2) ? 1 : 0);
		}
	}

	private static Map.Entry<String, Decision> load(String model, Set<Long> versions, boolean settings) {
		return Map.entry(model, new Decision.Load(new ModelChange(versions, settings)));
	}

	private static ModelStamp stamp(String file, long size, long time) {
		return new ModelStamp(new TreeMap<>(Map.of(file, new FileStamp(size, FileTime.fromMillis(time)))));
	}

	private static ModelStamp and(ModelStamp one, ModelStamp other) {
		TreeMap<String, FileStamp> files = new TreeMap<>(one.files());
		files.putAll(other.files());
		return new ModelStamp(files);
	}

}
