package io.modelserving.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.TuningPolicy.Choice;
import io.modelserving.tuning.TuningResult.Entry;

/**
 * One tuning: a sweep over all candidates, rounds among those that can be best, and the
 * choice. Used by one thread.
 */
final class Tuning {

	private final TuningRequest request;

	private final TuningPolicy policy;

	private final TuningTable table = new TuningTable();

	private final Trials trials;

	private final LongSupplier nanoTime;

	/**
	 * Create a tuning.
	 * @param request what is wanted
	 * @param bench where candidates are tried
	 * @param progress is notified of each step
	 * @param nanoTime gives the nanosecond time
	 */
	Tuning(TuningRequest request, TuningBench bench, TuningProgress progress, LongSupplier nanoTime) {
		this.request = request;
		this.policy = TuningPolicy.of(request);
		this.trials = new Trials(bench, progress, this.table);
		this.nanoTime = nanoTime;
	}

	/**
	 * Tune.
	 * @return what is best
	 * @throws java.util.concurrent.CancellationException if the progress ends it
	 * @throws RuntimeException if the model cannot be tuned; the message says why
	 */
	TuningResult run() {
		long begin = this.nanoTime.getAsLong();
		long budget = this.request.duration().toNanos();
		Conditions conditions = this.trials.examine(Duration.ofNanos(budget / 4));
		TuningPlan plan = TuningPlan.of(this.request, conditions);
		new Sweep(this.policy, this.trials, this.table, conditions.current(), this.nanoTime).run(plan,
				begin + budget / 2);
		plan.skipped().forEach(this.table::note);
		List<Entry> measured = this.table.measured();
		if (measured.isEmpty()) {
			throw new IllegalStateException("nothing could be measured; the first candidate: "
					+ this.table.entries().stream().map(Entry::note).findFirst().orElse("there is none"));
		}
		int rounds = new Rounds(this.trials, this.table, this.nanoTime)
			.run(this.policy.finalists(measured, conditions.current()), begin + budget);
		return result(conditions, rounds);
	}

	private TuningResult result(Conditions conditions, int rounds) {
		List<Entry> measured = this.table.measured();
		if (measured.isEmpty()) {
			throw new IllegalStateException("every candidate failed when it was measured again");
		}
		Choice choice = this.policy.choose(measured);
		Double gain = gain(measured, choice.candidate(), conditions.current());
		return new TuningResult(this.table.entries(), conditions.current(), choice.candidate(), gain,
				"%s: %s%s".formatted(choice.candidate(), choice.reason(), comparison(choice, gain, conditions)),
				notes(conditions, rounds),
				TuningYaml.of(conditions.model(), choice.candidate(), conditions.queueDelay()));
	}

	private List<String> notes(Conditions conditions, int rounds) {
		List<String> notes = new ArrayList<>(conditions.notes());
		List<Entry> entries = this.table.entries();
		long untried = entries.stream().filter(entry -> entry.note().equals(Texts.OUT_OF_TIME)).count();
		if (untried > 0) {
			notes.add("%d of %d candidates were not tried, as the time was up; a longer duration has them tried."
				.formatted(untried, entries.size()));
		}
		if (rounds == 0) {
			notes.add("The time was up before candidates could be compared in turns; a longer duration makes the"
					+ " figures surer.");
		}
		return notes;
	}

	private static @Nullable Double gain(List<Entry> measured, Candidate best, Candidate current) {
		Map<Candidate, Double> rates = new HashMap<>();
		measured.forEach(entry -> rates.put(entry.candidate(), entry.measured().rowsPerSecond()));
		Double after = rates.get(best);
		Double before = rates.get(current);
		return (before == null || after == null || before == 0) ? null : Double.valueOf(after / before - 1);
	}

	private static String comparison(Choice choice, @Nullable Double gain, Conditions conditions) {
		if (choice.candidate().equals(conditions.current())) {
			return "; it is what is in force";
		}
		if (gain == null) {
			return "";
		}
		return "; %s rows a second, compared with what is in force, %s"
			.formatted((Math.round(100 * gain) == 0) ? "as many" : Texts.percent(gain), conditions.current());
	}

}
