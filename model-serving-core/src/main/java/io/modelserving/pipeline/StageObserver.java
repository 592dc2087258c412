package io.modelserving.pipeline;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchListener;

/**
 * Observes stages: their batches, and each item from its arrival until it leaves.
 * Thread-safe, and quick.
 */
public interface StageObserver {

	/**
	 * Return what is notified of the batches of a stage.
	 * @param stage the stage
	 * @return the listener
	 */
	default BatchListener batches(Stage<?, ?> stage) {
		return BatchListener.NONE;
	}

	/**
	 * An item was handed in. Called on the thread that does so.
	 * @param stage the stage
	 * @return observes the item
	 */
	default Item arrived(Stage<?, ?> stage) {
		return Item.NONE;
	}

	/**
	 * Observes one item.
	 */
	interface Item {

		/** Observes nothing. */
		Item NONE = new Item() {
		};

		/**
		 * Do something for the item, with what belonged to the thread that handed it in,
		 * such as its log context. Called for the function of a stage that takes single
		 * items, and for what follows when the item has left.
		 * @param work what to do; its failures pass through
		 */
		default void during(Runnable work) {
			work.run();
		}

		/**
		 * The item has left the stage. Called once.
		 * @param failure why it has no result, or {@code null} if it has one
		 */
		default void left(@Nullable Throwable failure) {
		}

		/**
		 * Observe an item in several ways.
		 * @param items the observers, the first of which is around the others
		 * @return all of them
		 */
		static Item of(List<Item> items) {
			return items.stream().reduce(Both::new).orElse(NONE);
		}

	}

	/**
	 * Two observers of one item.
	 *
	 * @param outer is around the other
	 * @param inner the other
	 */
	record Both(Item outer, Item inner) implements Item {

		@Override
		public void during(Runnable work) {
			this.outer.during(() -> this.inner.during(work));
		}

		@Override
		public void left(@Nullable Throwable failure) {
			this.inner.left(failure);
			this.outer.left(failure);
		}

	}

}
