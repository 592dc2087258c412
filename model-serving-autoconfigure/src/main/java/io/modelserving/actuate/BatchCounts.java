package io.modelserving.actuate;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.RejectionReason;

/**
 * Counts why the batches of one version of a model left the queue, and why requests were
 * refused. Thread-safe; counting takes no lock.
 */
final class BatchCounts implements BatchListener {

	private final Map<DispatchReason, LongAdder> dispatches = adders(DispatchReason.class);

	private final Map<RejectionReason, LongAdder> rejections = adders(RejectionReason.class);

	private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
		Map<E, LongAdder> adders = new EnumMap<>(type);
		Arrays.stream(type.getEnumConstants()).forEach((value) -> adders.put(value, new LongAdder()));
		return adders;
	}

	@Override
	@SuppressWarnings("NullAway") // the map holds every value of its enum
	public void dispatched(DispatchReason reason, int requests, int rows) {
		this.dispatches.get(reason).increment();
	}

	@Override
	@SuppressWarnings("NullAway") // the map holds every value of its enum
	public void rejected(RejectionReason reason, int rows) {
		this.rejections.get(reason).increment();
	}

	Map<String, Long> dispatches() {
		return counts(this.dispatches);
	}

	Map<String, Long> rejections() {
		return counts(this.rejections);
	}

	private static Map<String, Long> counts(Map<? extends Enum<?>, LongAdder> adders) {
		Map<String, Long> counts = new TreeMap<>();
		adders.forEach((reason, adder) -> {
			if (adder.sum() > 0) {
				counts.put(reason.name().toLowerCase(Locale.ROOT), adder.sum());
			}
		});
		return counts;
	}

}
