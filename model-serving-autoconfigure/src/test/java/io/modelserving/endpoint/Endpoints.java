package io.modelserving.endpoint;

import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.Turn;

import java.time.Duration;
import java.util.List;

import jakarta.validation.Validation;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.util.unit.DataSize;

import io.modelserving.image.PictureDecoder;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.Execution;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.ResponseCompression;
import io.modelserving.web.stream.StreamListener;
import io.modelserving.web.stream.StreamSettings;
import io.modelserving.web.stream.Streams;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Endpoints without an application.
 */
final class Endpoints {

	static final RequestValidation VALIDATION = new BeanValidation(
			Validation.buildDefaultValidatorFactory().getValidator());

	static final ModelKey MODEL = new ModelKey("adder", 1);

	static final RequestExecution EXECUTION = new RequestExecution(Execution.BLOCKING, Duration.ZERO, (task) -> task,
			RequestExecution.UNLIMITED);

	static final Streams STREAMS = new Streams(
			new StreamSettings(8, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1)), Runnable::run,
			System::nanoTime, (tick) -> () -> {
			}, StreamListener.NONE);

	static final Stage<Turn, Turn> TURNS = Turn.stage("requestEncoding").build();

	private Endpoints() {
	}

	static ModelEndpoints find(Class<?>... handlers) {
		GenericApplicationContext context = new GenericApplicationContext();
		for (Class<?> handler : handlers) {
			context.registerBean(handler);
		}
		context.refresh();
		return ModelEndpoints.find(context.getBeanFactory(), List.of(MODEL), new JsonMapper(), VALIDATION,
				PictureDecoder.imageIo(1000),
				new RequestLimits(new BodyBounds(1024, 100), DataSize.ofKilobytes(1), Duration.ofMinutes(1),
						new ResponseCompression(true, DataSize.ofKilobytes(2))),
				BufferPool.NONE, ExampleCheck.FAIL, () -> TURNS);
	}

	static MockMvcTester mvc(InferenceService service, Class<?>... handlers) {
		ModelEndpoints endpoints = find(handlers);
		ModelRegistry models = mock(ModelRegistry.class);
		given(models.traffic(any())).willReturn(Traffic.NONE);
		return MockMvcTester.create(
				MockMvcBuilders.routerFunctions(endpoints.route(service, models, EXECUTION, STREAMS).toRouterFunction())
					.setHandlerExceptionResolvers(endpoints.exceptionResolver())
					.build());
	}

}
