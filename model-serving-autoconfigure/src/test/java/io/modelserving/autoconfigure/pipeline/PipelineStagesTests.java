package io.modelserving.autoconfigure.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.authentication.TestingAuthenticationToken;

import io.modelserving.autoconfigure.StubModels;
import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.PipelineStage;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.StageResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for methods that become stages.
 */
@Timeout(60)
class PipelineStagesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PipelineAutoConfiguration.class));

	private static <T> T get(Future<T> result) throws Exception {
		return result.get(30, TimeUnit.SECONDS);
	}

	@SuppressWarnings("unchecked")
	private static <I, O> Stage<I, O> stage(ApplicationContext context, String name) {
		return (Stage<I, O>) context.getBean(name, Stage.class);
	}

	@Test
	void methodsBecomeBeansWhoseTypesAreKnown() {
		this.runner.withUserConfiguration(Steps.class, Injected.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(get(context.getBean(Injected.class).doubled.submit("abc", Deadline.NONE))).isEqualTo(6);
		});
	}

	@Test
	void itemsOfABatchFailAlone() {
		this.runner.withUserConfiguration(Steps.class).run((context) -> {
			Stage<Integer, Integer> inverse = stage(context, "inverse");
			assertThat(get(inverse.submit(4, Deadline.NONE))).isEqualTo(25);
			assertThat(inverse.submit(0, Deadline.NONE)).failsWithin(Duration.ofSeconds(30))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(ExecutionFailed.class)
				.withMessageContaining("inverse");
		});
	}

	@Test
	void whenMethodThrowsACheckedExceptionThenItIsTheCause() {
		this.runner.withUserConfiguration(Steps.class)
			.run((context) -> assertThat(stage(context, "reading").submit("x", Deadline.NONE))
				.failsWithin(Duration.ofSeconds(30))
				.withThrowableThat()
				.havingRootCause()
				.isInstanceOf(IOException.class)
				.withMessage("no x"));
	}

	@Test
	void stageSeesWhatBelongsToItsCaller() {
		this.runner.withUserConfiguration(Steps.class).run((context) -> {
			MDC.put("trace", "t1");
			SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("anna", null));
			try {
				CompletableFuture<Object> seen = stage(context, "who").submit("x", Deadline.NONE);
				assertThat(get(seen)).isEqualTo("t1 anna");
				CompletableFuture<String> after = new CompletableFuture<>();
				gated(context).submit("x", Deadline.NONE).thenAccept((value) -> after.complete(MDC.get("trace")));
				context.getBean(Steps.class).gate.countDown();
				assertThat(get(after)).isEqualTo("t1");
			}
			finally {
				MDC.clear();
				SecurityContextHolder.clearContext();
			}
		});
	}

	private static Stage<String, String> gated(ApplicationContext context) {
		return stage(context, "gated");
	}

	@Test
	void whenApplicationEndsThenStagesFinishWhatTheyHaveInTheOrderOfTheWay() {
		CompletableFuture<?>[] result = new CompletableFuture<?>[1];
		this.runner.withUserConfiguration(Steps.class, Injected.class).run((context) -> {
			Steps steps = context.getBean(Steps.class);
			result[0] = context.getBean(Injected.class).slow.submit("abcd", Deadline.NONE);
			StubModels.await(steps.begun);
			context.getBean(Injected.class).onDrain = steps.gate::countDown;
		});
		assertThat(result[0].join()).isEqualTo(8);
	}

	@Test
	void whenApplicationHasEndedThenItemsAreRejected() throws Exception {
		Stage<?, ?>[] stage = new Stage<?, ?>[1];
		this.runner.withUserConfiguration(Steps.class).run((context) -> stage[0] = stage(context, "length"));
		@SuppressWarnings("unchecked")
		Stage<Object, Object> length = (Stage<Object, Object>) stage[0];
		assertThat(length.submit("x", Deadline.NONE)).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ModelUnavailable.class)
			.withMessageContaining("stage \"length\"");
	}

	@Test
	void whenAMethodCannotBeAStageThenStartupSaysWhy() {
		fails(Nothing.class, "Nothing.nothing has 0 parameters and returns void");
		fails(NoLists.class, "has a maxBatchSize and does not take and return lists");
		fails(NoThreads.class, "concurrency, maxBatchSize or capacity below 1");
		fails(NoTime.class, "has the maxDelay \"soon\", which is no time");
		fails(Twice.class, "has the name \"same\", which another bean has");
	}

	private void fails(Class<?> configuration, String message) {
		this.runner.withUserConfiguration(configuration)
			.run((context) -> assertThat(context).getFailure().satisfies(rootMessage(message)));
	}

	private static Consumer<Throwable> rootMessage(String message) {
		return (failure) -> {
			Throwable cause = failure;
			while (cause.getCause() != null && !(cause instanceof InvalidPipelineStageException)) {
				cause = cause.getCause();
			}
			assertThat(cause).isInstanceOf(InvalidPipelineStageException.class).hasMessageContaining(message);
			assertThat(new InvalidPipelineStageFailureAnalyzer().analyze(failure).getAction()).isNotEmpty();
		};
	}

	@Test
	void whenPropertiesNameNoStageThenStartupSaysWhichThereAre() {
		this.runner.withUserConfiguration(Steps.class)
			.withPropertyValues("model-serving.stages.lenght.capacity=7")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("model-serving.stages.lenght"));
		this.runner.withUserConfiguration(Steps.class)
			.withPropertyValues("model-serving.stages.length.max-batch-size=7")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("takes single items"));
		this.runner.withUserConfiguration(Steps.class)
			.withPropertyValues("model-serving.stages.length.capacity=0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("model-serving.stages.length.capacity"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Steps {

		final CountDownLatch gate = new CountDownLatch(1);

		final CountDownLatch begun = new CountDownLatch(1);

		@PipelineStage(concurrency = 2)
		int length(String text) {
			return text.length();
		}

		@PipelineStage(name = "doubling")
		Integer twice(Integer number) {
			return 2 * number;
		}

		@PipelineStage(maxBatchSize = 4)
		List<StageResult<Integer>> inverse(List<Integer> numbers) {
			return numbers.stream()
				.map((number) -> (number != 0) ? StageResult.of(100 / number)
						: StageResult.<Integer>failed(new IllegalArgumentException("zero")))
				.toList();
		}

		@PipelineStage
		String reading(String file) throws IOException {
			throw new IOException("no " + file);
		}

		@PipelineStage
		String who(String item) {
			return MDC.get("trace") + " " + SecurityContextHolder.getContext().getAuthentication().getName();
		}

		@PipelineStage
		String gated(String item) {
			this.begun.countDown();
			StubModels.await(this.gate);
			return item;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Injected implements org.springframework.context.SmartLifecycle {

		Pipeline<String, Integer> doubled;

		Pipeline<String, Integer> slow;

		volatile Runnable onDrain = () -> {
		};

		Injected(Pipeline<String, Integer> length, Stage<Integer, Integer> doubling, Stage<String, String> gated) {
			this.doubled = length.then(doubling);
			this.slow = gated.then(this.doubled);
		}

		@Bean
		Pipeline<String, Integer> slow() {
			return this.slow;
		}

		/** Stops before the stages. */
		@Override
		public void stop() {
			this.onDrain.run();
		}

		@Override
		public void start() {
		}

		@Override
		public boolean isRunning() {
			return true;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

		@PipelineStage
		void nothing() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoLists {

		@PipelineStage(maxBatchSize = 4)
		String one(String item) {
			return item;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoThreads {

		@PipelineStage(concurrency = 0)
		String one(String item) {
			return item;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoTime {

		@PipelineStage(maxDelay = "soon")
		String one(String item) {
			return item;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Twice {

		@PipelineStage(name = "same")
		String one(String item) {
			return item;
		}

		@PipelineStage(name = "same")
		String other(String item) {
			return item;
		}

	}

}
