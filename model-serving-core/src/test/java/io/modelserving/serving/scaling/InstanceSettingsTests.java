package io.modelserving.serving.scaling;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class InstanceSettingsTests {

	@ParameterizedTest
	@CsvSource({ "THROUGHPUT,,,8,8,1", "LATENCY,,,8,1,8", "THROUGHPUT,2,,8,2,4", "LATENCY,2,,8,2,4",
			"THROUGHPUT,,4,8,2,4", "LATENCY,,3,8,2,3", "THROUGHPUT,,,1,1,1", "THROUGHPUT,16,,8,16,1",
			"LATENCY,3,5,8,3,5" })
	void coresAreDividedAmongInstancesAndNotOversubscribedUnlessAskedFor(OptimizeFor optimizeFor, Integer instances,
			Integer threads, int cores, int expectedInstances, int expectedThreads) {
		InstanceSettings settings = new InstanceSettings(optimizeFor, instances, threads, List.of(0));
		assertThat(settings.instancesFor(cores)).isEqualTo(expectedInstances);
		assertThat(settings.intraOpThreadsFor(cores)).isEqualTo(expectedThreads);
	}

	@Test
	void whenANumberIsNotPositiveThenTheMessageNamesTheProperty() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new InstanceSettings(OptimizeFor.LATENCY, 0, null, List.of(0)))
			.withMessage("instances is 0; it must be at least 1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new InstanceSettings(OptimizeFor.LATENCY, null, -1, List.of(0)))
			.withMessageStartingWith("intra-op-threads is -1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new InstanceSettings(OptimizeFor.LATENCY, null, null, List.of()))
			.withMessageStartingWith("devices is empty");
	}

}
