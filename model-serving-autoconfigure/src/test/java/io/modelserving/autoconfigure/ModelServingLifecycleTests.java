package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

import org.springframework.core.Ordered;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelState;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ModelServingLifecycle}.
 */
class ModelServingLifecycleTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				OwnAutoConfigurations.and(LifecycleAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
		.withBean(Attempts.class);

	@Test
	void whenContextStartsThenItDoesNotWaitForModels() {
		CountDownLatch latch = new CountDownLatch(1);
		serving(StubModels.loadingUntil(latch, "digits", true)).run((context) -> {
			assertThat(state(context.getSourceApplicationContext())).isEqualTo(ModelState.LOADING);
			latch.countDown();
			context.getBean(Attempts.class).awaitEndOf("digits");
			assertThat(state(context.getSourceApplicationContext())).isEqualTo(ModelState.READY);
		});
	}

	@Test
	void whenContextClosesThenCallsOfServersThatStopFirstAreAnswered() {
		LateServer server = new LateServer();
		serving(StubModels.ready("digits")).withBean(LateServer.class, () -> server).run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("digits");
			server.service = context.getBean(InferenceService.class);
			InferenceService service = server.service;
			context.getSourceApplicationContext().close();
			assertThat(server.answer).isNotNull();
			assertThat(server.answer.get(1, TimeUnit.MINUTES).model().name()).isEqualTo("digits");
			assertThat(service.infer(InferenceRequest.of("digits", StubModels.row(1))))
				.failsWithin(Duration.ofMinutes(1))
				.withThrowableThat()
				.withCauseInstanceOf(ModelUnavailable.class);
		});
	}

	@Test
	void whenContextClosesThenWhatWasAcceptedIsAnsweredBeforeTheModelIsFreed() {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch finish = new CountDownLatch(1);
		ModelDefinition slow = StubModels.definition("slow", true,
				(file, resources) -> StubModels.blocking(running, finish));
		serving(slow).run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("slow");
			CompletableFuture<InferenceResult> answer = context.getBean(InferenceService.class)
				.infer(InferenceRequest.of("slow", StubModels.row(StubModels.BLOCKING)));
			StubModels.await(running);
			CompletableFuture<Void> closed = CompletableFuture
				.runAsync(() -> context.getSourceApplicationContext().close());
			finish.countDown();
			assertThat(answer.get(1, TimeUnit.MINUTES).outputs().numeric("y").toFloats())
				.containsExactly(StubModels.BLOCKING);
			closed.get(1, TimeUnit.MINUTES);
		});
	}

	@Test
	void whenContextIsClosingThenLoadsNothing() {
		LateLoader loader = new LateLoader();
		serving(StubModels.ready("digits")).withBean(LateLoader.class, () -> loader).run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("digits");
			loader.administration = context.getBean(ModelAdministration.class);
			context.getSourceApplicationContext().close();
			assertThat(loader.rejected).isTrue();
		});
	}

	@Test
	void whenContextIsStoppedAndStartedAgainThenModelsStay() {
		serving(StubModels.ready("digits")).run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("digits");
			context.getSourceApplicationContext().stop();
			assertThat(state(context.getSourceApplicationContext())).isEqualTo(ModelState.READY);
			context.getSourceApplicationContext().start();
			assertThat(state(context.getSourceApplicationContext())).isEqualTo(ModelState.READY);
		});
	}

	@Test
	void whenTheApplicationsExecutorsAreBusyThenAnswersAndDeadlinesAreOnTime() {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch finish = new CountDownLatch(1);
		CountDownLatch busy = new CountDownLatch(1);
		ModelDefinition slow = StubModels.definition("slow", true,
				(file, resources) -> StubModels.blocking(running, finish));
		serving(slow).run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("slow");
			Executor application = context.getBean(TaskExecutionAutoConfiguration.APPLICATION_TASK_EXECUTOR_BEAN_NAME,
					Executor.class);
			for (int i = 0; i < 64; i++) {
				application.execute(() -> StubModels.await(busy));
				ForkJoinPool.commonPool().execute(() -> StubModels.await(busy));
			}
			InferenceService service = context.getBean(InferenceService.class);
			CompletableFuture<InferenceResult> late = service
				.infer(InferenceRequest.builder("slow", StubModels.row(StubModels.BLOCKING))
					.timeout(Duration.ofMillis(50))
					.build());
			assertThat(late).failsWithin(Duration.ofMinutes(1))
				.withThrowableThat()
				.withCauseInstanceOf(DeadlineExceeded.class);
			finish.countDown();
			assertThat(service.infer(InferenceRequest.of("slow", StubModels.row(1)))
				.thenApply((result) -> Thread.currentThread().getName())
				.get(1, TimeUnit.MINUTES)).isIn("model-completion", Thread.currentThread().getName());
			busy.countDown();
		});
	}

	@Test
	void whenCallersBlockTheThreadsOfAnswersThenOtherCallsAreAnsweredNonetheless() {
		CountDownLatch busy = new CountDownLatch(1);
		serving(StubModels.ready("digits")).run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("digits");
			InferenceService service = context.getBean(InferenceService.class);
			Thread caller = Thread.currentThread();
			for (int i = 0; i < 64; i++) {
				service.infer(InferenceRequest.of("digits", StubModels.row(1))).thenRun(() -> {
					if (Thread.currentThread() != caller) {
						StubModels.await(busy);
					}
				});
			}
			assertThat(service.infer(InferenceRequest.of("digits", StubModels.row(2))))
				.succeedsWithin(Duration.ofMinutes(1));
			busy.countDown();
		});
	}

	@Test
	void whenContextIsClosedThenNoneOfItsThreadsIsLeft() {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		serving(StubModels.ready("digits")).run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("digits");
			InferenceService service = context.getBean(InferenceService.class);
			for (int i = 0; i < 100; i++) {
				service
					.infer(InferenceRequest.builder("digits", StubModels.row(1)).timeout(Duration.ofMinutes(1)).build())
					.get(1, TimeUnit.MINUTES);
			}
			context.getSourceApplicationContext().close();
			List<Thread> left = new ArrayList<>();
			long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
			do {
				left.clear();
				left.addAll(Thread.getAllStackTraces().keySet());
				left.removeAll(before);
				left.removeIf((thread) -> !thread.isAlive() || !isOurs(thread));
			}
			while (!left.isEmpty() && System.nanoTime() - end < 0);
			assertThat(left).isEmpty();
		});
	}

	/** Also those of the JDK that are started for timeouts of futures, and never end. */
	private static boolean isOurs(Thread thread) {
		String name = thread.getName();
		return name.startsWith("model-") || name.contains("deadlines") || name.contains("DelayScheduler")
				|| name.contains("encoding");
	}

	private ApplicationContextRunner serving(ModelDefinition definition) {
		return this.runner.withBean(ModelDefinition.class, () -> definition);
	}

	private static ModelState state(ConfigurableApplicationContext context) {
		return context.getBean(ModelRegistry.class).models().get(0).status().state();
	}

	/** Stands for a web server that still carries a call while it stops. */
	private static final class LateServer implements SmartLifecycle {

		private InferenceService service;

		private CompletableFuture<InferenceResult> answer;

		@Override
		public void start() {
		}

		@Override
		public void stop() {
			this.answer = this.service.infer(InferenceRequest.of("digits", StubModels.row(1)));
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public int getPhase() {
			return ModelServingLifecycle.PHASE + 1;
		}

	}

	/** Tries to load a model when the context begins to close. */
	private static final class LateLoader implements ApplicationListener<ContextClosedEvent>, Ordered {

		private ModelAdministration administration;

		private boolean rejected;

		@Override
		public int getOrder() {
			return LOWEST_PRECEDENCE;
		}

		@Override
		public void onApplicationEvent(ContextClosedEvent event) {
			this.rejected = this.administration.load(StubModels.ready("late")).isCompletedExceptionally();
		}

	}

}
