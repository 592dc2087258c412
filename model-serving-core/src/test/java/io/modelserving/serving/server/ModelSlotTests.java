package io.modelserving.serving.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ServedModel;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.batching.Deadline;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the interleavings of loads, retries and the end of a {@link ModelSlot}.
 */
class ModelSlotTests {

	private final SlotFixture fixture = new SlotFixture();

	private final FakeModel first = FakeModel.timesTwo();

	private final FakeModel second = FakeModel.timesTwo();

	@Test
	void whenALoadFollowsAFailedOneThenTheRetryOfThatDoesNotReplaceIt() {
		ModelDefinition away = definition((file, resources) -> away());
		ModelSlot slot = this.fixture.slot(away);
		slot.load(away);
		this.fixture.runAll();
		assertThat(this.fixture.retries).hasSize(1);
		ModelDefinition good = definition(loads(this.second));
		CompletableFuture<ModelStatus> loaded = slot.load(good);
		this.fixture.retries.get(0).fire();
		this.fixture.runAll();
		assertThat(loaded.join().state()).isEqualTo(ModelState.READY);
		assertThat(slot.definition()).isSameAs(good);
		assertThat(slot.status().state()).isEqualTo(ModelState.READY);
		assertThat(slot.status().reason()).isEmpty();
	}

	@Test
	void whenARetryWaitsBehindALoadThatSucceedsThenItDoesNotRun() {
		AtomicBoolean back = new AtomicBoolean();
		ModelDefinition away = definition((file, resources) -> back.get() ? this.first : away());
		ModelSlot slot = this.fixture.slot(away);
		slot.load(away);
		this.fixture.runAll();
		back.set(true);
		this.fixture.retries.get(0).fire();
		slot.load(definition(loads(this.second)));
		this.fixture.runAll();
		assertThat(this.first.runs).hasValue(0);
		assertThat(slot.serving()).isNotNull();
		assertThat(this.second.closed).isFalse();
	}

	@Test
	void whenALoadIsAskedForDuringARetryThenTheRetryDoesNotTakeOver() {
		AtomicBoolean retried = new AtomicBoolean();
		ModelSlot[] slot = new ModelSlot[1];
		ModelDefinition bad = definition((file, resources) -> {
			throw new ModelLoadException("junk.", "Mend it.", false, null);
		});
		ModelDefinition away = definition((file, resources) -> {
			if (retried.getAndSet(true)) {
				slot[0].load(bad);
				return this.first;
			}
			return away();
		});
		slot[0] = this.fixture.slot(away);
		slot[0].load(away);
		this.fixture.runAll();
		this.fixture.retries.get(0).fire();
		this.fixture.runAll();
		assertThat(this.first.closed).isTrue();
		assertThat(slot[0].serving()).isNull();
		assertThat(slot[0].status().state()).isEqualTo(ModelState.FAILED);
		assertThat(slot[0].status().reason()).isEqualTo("junk. Mend it.");
		assertThat(this.fixture.states()).doesNotContain(ModelState.READY);
	}

	@Test
	void whenTheLastOfSeveralLoadsFailsForGoodThenNoneIsTriedAgain() {
		ModelDefinition away = definition((file, resources) -> away());
		ModelSlot slot = this.fixture.slot(away);
		slot.load(away);
		this.fixture.runAll();
		slot.load(definition((file, resources) -> {
			throw new ModelLoadException("junk.", "Mend it.", false, null);
		}));
		this.fixture.runAll();
		assertThat(this.fixture.retries).singleElement().satisfies(retry -> assertThat(retry.cancelled).isTrue());
		this.fixture.retries.get(0).fire();
		assertThat(this.fixture.loading).isEmpty();
		assertThat(slot.status().nextAttempt()).isNull();
	}

	@Test
	void whenALaterLoadWaitsThenAFailedOnePlansNoRetry() {
		ModelDefinition away = definition((file, resources) -> away());
		ModelSlot slot = this.fixture.slot(away);
		CompletableFuture<ModelStatus> failed = slot.load(away);
		slot.load(definition(loads(this.first)));
		this.fixture.runAll();
		assertThat(failed.join().reason()).isEqualTo("the disk is away. Bring it back.");
		assertThat(this.fixture.retries).isEmpty();
		assertThat(slot.status().state()).isEqualTo(ModelState.READY);
	}

	@Test
	void whenRetriesFailThenEachWaitsLongerAndALoadBeginsAnew() {
		ModelDefinition away = definition((file, resources) -> away());
		ModelSlot slot = this.fixture.slot(away);
		slot.load(away);
		this.fixture.runAll();
		for (int i = 0; i < 2; i++) {
			this.fixture.retries.get(i).fire();
			this.fixture.runAll();
		}
		slot.load(away);
		this.fixture.runAll();
		assertThat(this.fixture.retries).extracting(retry -> Duration.ofNanos(retry.delay))
			.containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4),
					Duration.ofSeconds(1));
		assertThat(slot.status().reason()).isEqualTo("the disk is away. Bring it back. Next attempt in 1 s.");
		assertThat(slot.status().failure()).isEqualTo("the disk is away. Bring it back.");
	}

	@Test
	void whenTheVersionIsUnloadedThenItsRetryDoesNotRun() {
		ModelDefinition away = definition((file, resources) -> away());
		ModelSlot slot = this.fixture.slot(away);
		slot.load(away);
		this.fixture.runAll();
		slot.unload();
		this.fixture.retries.get(0).fire();
		this.fixture.runAll();
		assertThat(slot.status().state()).isEqualTo(ModelState.UNLOADED);
		assertThat(this.fixture.states()).containsExactly(ModelState.LOADING, ModelState.FAILED, ModelState.UNLOADED);
	}

	@Test
	void whenTheReasonCannotPassByItselfThenThereIsNoRetry() {
		for (RuntimeException lasting : new RuntimeException[] { new IllegalStateException("a bug"),
				new ModelLoadException("junk.", "Mend it.", false, null) }) {
			ModelDefinition definition = definition(throwing(lasting));
			this.fixture.slot(definition).load(definition);
		}
		this.fixture.runAll();
		assertThat(this.fixture.retries).isEmpty();
		for (Throwable passing : new Throwable[] { new UncheckedIOException(new IOException("no route to host")),
				new OutOfMemoryError("heap") }) {
			ModelDefinition definition = definition(throwing(passing));
			this.fixture.slot(definition).load(definition);
		}
		this.fixture.runAll();
		assertThat(this.fixture.retries).hasSize(2);
	}

	@Test
	void whenTheSlotIsRetiredDuringALoadThenItsStateStaysUnloadedAndTheModelIsFreed() {
		ModelSlot[] slot = new ModelSlot[1];
		ModelDefinition definition = definition((file, resources) -> {
			assertThat(slot[0].retire(() -> Duration.ZERO)).isTrue();
			return this.first;
		});
		slot[0] = this.fixture.slot(definition);
		slot[0].load(definition);
		this.fixture.runAll();
		assertThat(this.first.closed).isTrue();
		assertThat(slot[0].status().state()).isEqualTo(ModelState.UNLOADED);
		assertThat(this.fixture.states()).containsExactly(ModelState.LOADING, ModelState.UNLOADED);
	}

	@Test
	void whenAnEarlierGenerationStillRunsThenRetiringIsNotDoneBeforeIt() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		AtomicBoolean warm = new AtomicBoolean();
		FakeModel busy = FakeModel.perElement(value -> {
			if (warm.get()) {
				entered.countDown();
				await(release);
			}
			return value;
		});
		ModelSlot slot = this.fixture.slot(definition(loads(busy)));
		slot.load(slot.definition());
		this.fixture.runAll();
		warm.set(true);
		CompletableFuture<NamedTensors> call = infer(slot);
		await(entered);
		slot.load(definition(loads(this.second)));
		this.fixture.runAll();
		assertThat(slot.status().state()).isEqualTo(ModelState.READY);
		assertThat(busy.closed).isFalse();
		assertThat(slot.retire(() -> Duration.ZERO)).isFalse();
		assertThat(slot.isGone()).isFalse();
		assertThat(slot.status().reason()).contains("not all of its memory is free");
		assertThat(this.second.closed).isTrue();
		release.countDown();
		assertThat(slot.retire(() -> Duration.ofSeconds(30))).isTrue();
		assertThat(busy.closed).isTrue();
		assertThat(busy.closedWhileRunning).isFalse();
		assertThat(slot.status().reason()).isEmpty();
		assertThat(slot.isGone()).isTrue();
		assertThat(call).isDone();
	}

	@Test
	void whenARunOutlastsUnloadingThenTheResultSaysThatMemoryIsNotFree() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		AtomicBoolean warm = new AtomicBoolean();
		DefaultModelAdministration administration = this.fixture
			.administration(definition(loads(FakeModel.perElement(value -> {
				if (warm.get()) {
					entered.countDown();
					await(release);
				}
				return value;
			}))));
		administration.loadAll();
		this.fixture.runAll();
		warm.set(true);
		infer(administration.slots().require(SlotFixture.KEY));
		await(entered);
		CompletableFuture<ModelStatus> unloaded = administration.unload(SlotFixture.KEY);
		this.fixture.runAll();
		assertThat(unloaded.join().state()).isEqualTo(ModelState.UNLOADED);
		assertThat(unloaded.join().reason()).contains("not all of its memory is free");
		assertThat(administration.retireAll(() -> Duration.ZERO)).isFalse();
		release.countDown();
		assertThat(administration.retireAll(() -> Duration.ofSeconds(30))).isTrue();
	}

	@Test
	void whenARunEndsAfterItsVersionWasUnloadedThenAnEventSaysThatTheMemoryIsFree() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		CountDownLatch freed = new CountDownLatch(1);
		AtomicBoolean warm = new AtomicBoolean();
		FakeModel busy = FakeModel.perElement(value -> {
			if (warm.get()) {
				entered.countDown();
				await(release);
			}
			return value;
		});
		ModelSlot slot = this.fixture.slot(definition(loads(busy)));
		slot.load(slot.definition());
		this.fixture.runAll();
		warm.set(true);
		infer(slot);
		await(entered);
		assertThat(slot.retire(() -> Duration.ZERO)).isFalse();
		assertThat(slot.status().reason()).contains("not all of its memory is free");
		this.fixture.onStatus = status -> {
			if (status.state() == ModelState.UNLOADED && status.reason().isEmpty()) {
				assertThat(busy.closed).isTrue();
				freed.countDown();
			}
		};
		release.countDown();
		await(freed);
		assertThat(slot.status().reason()).isEmpty();
	}

	@Test
	void whenAnEarlierGenerationEndsThenTheReasonStaysUntilAllMemoryIsFree() throws Exception {
		CountDownLatch[] entered = { new CountDownLatch(1), new CountDownLatch(1) };
		CountDownLatch[] release = { new CountDownLatch(1), new CountDownLatch(1) };
		CountDownLatch freed = new CountDownLatch(1);
		AtomicBoolean warm = new AtomicBoolean();
		FakeModel[] busy = new FakeModel[2];
		ServedModel[] generations = new ServedModel[2];
		ModelSlot slot = this.fixture.slot(definition(loads(this.first)));
		for (int i = 0; i < 2; i++) {
			int number = i;
			busy[i] = FakeModel.perElement(value -> {
				if (warm.get()) {
					entered[number].countDown();
					await(release[number]);
				}
				return value;
			});
			warm.set(false);
			slot.load(definition(loads(busy[i])));
			this.fixture.runAll();
			warm.set(true);
			generations[i] = Objects.requireNonNull(slot.serving());
			infer(slot);
			await(entered[i]);
		}
		assertThat(slot.retire(() -> Duration.ZERO)).isFalse();
		release[1].countDown();
		generations[1].freed().get(30, TimeUnit.SECONDS);
		assertThat(slot.status().reason()).contains("not all of its memory is free");
		this.fixture.onStatus = status -> freed.countDown();
		release[0].countDown();
		await(freed);
		assertThat(slot.status().reason()).isEmpty();
	}

	@Test
	void whenCallsAreUnansweredThenTheMemoryIsFreeAllTheSame() throws Exception {
		Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
		ModelSlot slot = this.fixture.slot(definition(loads(this.first)));
		slot.load(slot.definition());
		this.fixture.runAll();
		CountDownLatch run = new CountDownLatch(1);
		this.fixture.completions = answer -> {
			answers.add(answer);
			run.countDown();
		};
		ServedModel served = Objects.requireNonNull(slot.serving());
		CompletableFuture<NamedTensors> call = infer(slot);
		await(run);
		assertThat(slot.retire(() -> Duration.ZERO)).isFalse();
		served.freed().get(30, TimeUnit.SECONDS);
		assertThat(slot.retire(() -> Duration.ZERO)).isFalse();
		assertThat(call).isNotDone();
		assertThat(this.first.closed).isTrue();
		assertThat(slot.status().state()).isEqualTo(ModelState.UNLOADED);
		assertThat(slot.status().reason()).isEmpty();
		assertThat(slot.isGone()).isFalse();
		for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
			answer.run();
		}
		assertThat(slot.retire(() -> Duration.ZERO)).isTrue();
		assertThat(slot.isGone()).isTrue();
		assertThat(call).isDone();
	}

	@Test
	void whenServingNeverBeganThenItsEndIsNoEvent() {
		DefaultModelAdministration administration = this.fixture.administration(definition(loads(this.first)));
		assertThat(administration.retireAll(() -> Duration.ZERO)).isTrue();
		assertThat(this.fixture.statuses).isEmpty();
		assertThat(SlotFixture.registry(administration).models().get(0).status().state())
			.isEqualTo(ModelState.UNLOADED);
	}

	private static CompletableFuture<NamedTensors> infer(ModelSlot slot) {
		ServedModel served = slot.serving();
		assertThat(served).isNotNull();
		return served.infer(FakeModel.row(1, 2), Deadline.after(null, 0), 0, 0, BufferPool.NONE.acquire());
	}

	private Model away() {
		throw new ModelLoadException("the disk is away.", "Bring it back.", true, null);
	}

	private static ModelDefinition definition(ModelLoader loader) {
		return Definitions.of("a", loader);
	}

	private static ModelLoader loads(Model model) {
		return (file, resources) -> model;
	}

	private static ModelLoader throwing(Throwable failure) {
		return (file, resources) -> {
			if (failure instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) failure;
		};
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
