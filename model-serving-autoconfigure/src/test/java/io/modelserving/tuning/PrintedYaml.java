package io.modelserving.tuning;

import java.time.Duration;
import java.util.List;

/**
 * The YAML that tuning prints for tests in other packages.
 */
public final class PrintedYaml {

	private PrintedYaml() {
	}

	/**
	 * Tune a model for which there is one candidate.
	 */
	public static String of(String model, Candidate only, Duration queueDelay) {
		TuningRequest request = new TuningRequest(null, Duration.ofSeconds(1), null, 1, null, List.of(only.instances()),
				List.of(only.intraOpThreads()), List.of(only.maxBatchSize()));
		Conditions conditions = new Conditions(model, only, queueDelay, 8, 1, false, List.of(1, 16), 1024, List.of());
		return new Tuning(request, new OneFigureBench(conditions), (step, steps, doing) -> {
		}, () -> 0).run().yaml();
	}

	private record OneFigureBench(Conditions conditions) implements TuningBench {

		@Override
		public Conditions examine(Duration atMost) {
			return this.conditions;
		}

		@Override
		public Rig open(Candidate.Setup setup) {
			return new Rig() {

				@Override
				public Figures measure(int maxBatchSize, Duration slice) {
					return new Figures(1, 1, 1, 1, 1);
				}

				@Override
				public void close() {
				}

			};
		}

	}

}
