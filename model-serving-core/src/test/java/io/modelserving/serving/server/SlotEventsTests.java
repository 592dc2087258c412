package io.modelserving.serving.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that events arrive in the order in which they happened, from one slot and from a
 * slot and its successor.
 */
class SlotEventsTests {

	private final SlotFixture fixture = new SlotFixture();

	private final ModelDefinition definition = Definitions.of("a", (file, resources) -> FakeModel.timesTwo());

	@Test
	void whenAChangeOvertakesOneThatIsBeingDeliveredThenTheListenerGetsItAfterThat() {
		ModelSlot slot = this.fixture.slot(this.definition);
		slot.load(this.definition);
		this.fixture.runAll();
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.fixture.onStatus = status -> {
			if (!status.enabled() && entered.getCount() > 0) {
				entered.countDown();
				await(release);
			}
		};
		CompletableFuture<Void> disabling = CompletableFuture.runAsync(() -> slot.enable(false));
		await(entered);
		slot.enable(true);
		slot.enable(false);
		assertThat(slot.status().enabled()).isFalse();
		release.countDown();
		assertThat(disabling).succeedsWithin(30, TimeUnit.SECONDS);
		assertThat(this.fixture.statuses).extracting(ModelStatus::enabled).endsWith(true, false, true, false);
		assertThat(this.fixture.statuses.get(this.fixture.statuses.size() - 1)).isEqualTo(slot.status());
	}

	@Test
	void whenAListenerChangesTheModelThenThatEventFollows() {
		ModelSlot slot = this.fixture.slot(this.definition);
		this.fixture.onStatus = status -> {
			if (status.state() == ModelState.READY) {
				slot.enable(false);
			}
		};
		slot.load(this.definition);
		this.fixture.runAll();
		assertThat(this.fixture.statuses).extracting(ModelStatus::enabled).containsExactly(true, true, true, false);
	}

	@Test
	void whenAListenerThrowsAnErrorThenTheNextEventIsDelivered() {
		ModelSlot slot = this.fixture.slot(this.definition);
		this.fixture.onStatus = status -> {
			if (status.state() == ModelState.LOADING) {
				throw new NoClassDefFoundError("gone");
			}
		};
		slot.load(this.definition);
		this.fixture.runAll();
		assertThat(this.fixture.states()).containsExactly(ModelState.WARMING, ModelState.READY);
	}

	@Test
	void whenAVersionIsLoadedAgainWhileItIsUnloadedThenTheOldEndIsNoEventAfterTheNewBeginning() {
		DefaultModelAdministration administration = this.fixture.administration(this.definition);
		administration.loadAll();
		this.fixture.runAll();
		administration.unload(SlotFixture.KEY);
		Runnable unloading = this.fixture.loading.remove();
		administration.load(this.definition);
		this.fixture.runAll();
		unloading.run();
		assertThat(SlotFixture.registry(administration).find(SlotFixture.KEY).orElseThrow().status().state())
			.isEqualTo(ModelState.READY);
		assertThat(this.fixture.states()).endsWith(ModelState.READY, ModelState.LOADING, ModelState.WARMING,
				ModelState.READY);
	}

	@Test
	void whenTheEndIsStillBeingDeliveredThenTheNewBeginningFollowsIt() {
		DefaultModelAdministration administration = this.fixture.administration(this.definition);
		administration.loadAll();
		this.fixture.runAll();
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.fixture.onStatus = status -> {
			if (status.state() == ModelState.UNLOADED) {
				entered.countDown();
				await(release);
			}
		};
		administration.unload(SlotFixture.KEY);
		Runnable unloading = this.fixture.loading.remove();
		CompletableFuture<Void> unloaded = CompletableFuture.runAsync(unloading);
		await(entered);
		administration.load(this.definition);
		this.fixture.runAll();
		assertThat(this.fixture.states()).endsWith(ModelState.READY, ModelState.DRAINING);
		release.countDown();
		assertThat(unloaded).succeedsWithin(30, TimeUnit.SECONDS);
		assertThat(this.fixture.states()).endsWith(ModelState.DRAINING, ModelState.UNLOADED, ModelState.LOADING,
				ModelState.WARMING, ModelState.READY);
	}

	@Test
	void whenUnloadingIsOverThenALaterSlotOwesItNothing() {
		DefaultModelAdministration administration = this.fixture.administration(this.definition);
		administration.loadAll();
		this.fixture.runAll();
		for (int i = 0; i < 3; i++) {
			administration.unload(SlotFixture.KEY);
			this.fixture.runAll();
			administration.load(this.definition);
			this.fixture.runAll();
		}
		assertThat(this.fixture.states()).hasSize(3 + 3 * 5)
			.endsWith(ModelState.DRAINING, ModelState.UNLOADED, ModelState.LOADING, ModelState.WARMING,
					ModelState.READY);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
