package io.modelserving.serving.server;

import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.traffic.Traffic;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A version of a model that answers every element with a number, and can be made to fail
 * or to hang.
 */
final class VersionModel {

	private final long version;

	private final float answer;

	private volatile boolean broken;

	private volatile @Nullable CountDownLatch hanging;

	private VersionModel(long version, float answer) {
		this.version = version;
		this.answer = answer;
	}

	static VersionModel of(long version) {
		return new VersionModel(version, version);
	}

	static VersionModel of(long version, float answer) {
		return new VersionModel(version, answer);
	}

	long version() {
		return this.version;
	}

	void fail() {
		this.broken = true;
	}

	void hang() {
		this.hanging = new CountDownLatch(1);
	}

	void mend() {
		this.broken = false;
		CountDownLatch latch = this.hanging;
		if (latch != null) {
			this.hanging = null;
			latch.countDown();
		}
	}

	ModelDefinition definition(Traffic traffic) {
		ModelDefinition plain = Definitions.of(TrafficFixture.MODEL, this.version,
				(file, resources) -> FakeModel.perElement(value -> answer()));
		return new ModelDefinition(plain.key(), plain.source(), plain.loader(), plain.required(), plain.instances(),
				plain.batching(), plain.warmUp(), traffic, null);
	}

	private float answer() {
		CountDownLatch latch = this.hanging;
		if (latch != null) {
			try {
				if (!latch.await(60, TimeUnit.SECONDS)) {
					throw new IllegalStateException("hung for too long");
				}
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
		if (this.broken) {
			throw new IllegalStateException("version %d is broken".formatted(this.version));
		}
		return this.answer;
	}

}
