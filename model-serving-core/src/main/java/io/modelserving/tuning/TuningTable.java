package io.modelserving.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.TuningResult.Entry;

/**
 * What is known of each candidate so far. Used by one thread.
 */
final class TuningTable {

	private final Map<Candidate, Row> rows = new LinkedHashMap<>();

	void first(Candidate candidate, Figures figures) {
		row(candidate).first = figures;
	}

	/**
	 * Keep a round in which all finalists were measured.
	 */
	void round(Map<Candidate, Figures> figures) {
		figures.forEach((candidate, one) -> row(candidate).rounds.add(one));
	}

	void note(Candidate candidate, String text) {
		row(candidate).note = text;
	}

	void failed(Candidate candidate, String text) {
		row(candidate).first = null;
		note(candidate, text);
	}

	private Row row(Candidate candidate) {
		return this.rows.computeIfAbsent(candidate, any -> new Row());
	}

	List<Entry> entries() {
		List<Entry> entries = new ArrayList<>();
		this.rows.forEach((candidate, row) -> entries.add(row.entry(candidate)));
		return entries;
	}

	/**
	 * Return the entries that have figures, which may be compared with each other: those
	 * of the rounds, if there was one.
	 */
	List<Entry> measured() {
		boolean again = this.rows.values().stream().anyMatch(Row::isFinalist);
		return this.rows.entrySet()
			.stream()
			.filter(entry -> entry.getValue().first != null && (!again || entry.getValue().isFinalist()))
			.map(entry -> entry.getValue().entry(entry.getKey()))
			.toList();
	}

	private static final class Row {

		private @Nullable Figures first;

		private final List<Figures> rounds = new ArrayList<>();

		private String note = "";

		boolean isFinalist() {
			return !this.rounds.isEmpty();
		}

		Entry entry(Candidate candidate) {
			if (this.first == null) {
				return new Entry(candidate, null, 0, this.note);
			}
			return new Entry(candidate, isFinalist() ? Figures.medianOf(this.rounds) : this.first,
					this.rounds.size() + 1, this.note);
		}

	}

}
