package io.modelserving.batching;

import io.modelserving.batching.admission.RejectionReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Remembers what it hears.
 */
final class RecordingListener implements BatchListener {

	private final List<Object> events = new CopyOnWriteArrayList<>();

	@Override
	public void dispatched(DispatchReason reason, int requests, int rows) {
		this.events.add(new Dispatched(reason, requests, rows));
	}

	@Override
	public void waited(long nanos) {
		this.events.add(new Waited(nanos));
	}

	@Override
	public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
		this.events.add(new Executed(rows, times.totalNanos(), succeeded));
	}

	@Override
	public void rejected(RejectionReason reason, int rows) {
		this.events.add(new Rejected(reason, rows));
	}

	@Override
	public void mismatched() {
		this.events.add(Event.MISMATCHED);
	}

	@Override
	public void terminated() {
		this.events.add(Event.TERMINATED);
	}

	@Override
	public void hung() {
		this.events.add(Event.HUNG);
	}

	int count(Event event) {
		return (int) this.events.stream().filter(event::equals).count();
	}

	List<Dispatched> dispatched() {
		return events(Dispatched.class);
	}

	List<Waited> waited() {
		return events(Waited.class);
	}

	List<Executed> executed() {
		return events(Executed.class);
	}

	List<Rejected> rejected() {
		return events(Rejected.class);
	}

	private <T> List<T> events(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	enum Event {

		MISMATCHED, TERMINATED, HUNG

	}

	record Dispatched(DispatchReason reason, int requests, int rows) {
	}

	record Waited(long nanos) {
	}

	record Executed(int rows, long nanos, boolean succeeded) {
	}

	record Rejected(RejectionReason reason, int rows) {
	}

}
