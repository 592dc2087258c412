package io.modelserving.image;

import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link OpenCv}.
 */
class OpenCvTests {

	@Test
	void whenNobodySetALimitThenMemoryOfTheProcessHasNone() {
		assumeThat(OpenCv.isAvailable()).as("OpenCV for this machine").isTrue();
		assertThat(Pointer.maxPhysicalBytes()).isZero();
	}

}
