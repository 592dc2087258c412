package io.modelserving.serving.lifecycle;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RetryPolicyTests {

	@ParameterizedTest
	@CsvSource({ "1,1", "2,2", "3,4", "6,32", "7,60", "1000000,60" })
	void attemptsBecomeRarerUpToOneAMinute(int failures, int seconds) {
		assertThat(RetryPolicy.delayAfter(failures)).hasSeconds(seconds);
	}

}
