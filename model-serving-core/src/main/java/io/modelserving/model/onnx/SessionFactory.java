package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.ExecutionResources;
import io.modelserving.model.onnx.ExecutionProvider.Cpu;

/**
 * Creates sessions. An execution provider that is not available, be it that the runtime
 * was built without it or that the session cannot be created with it, is passed over
 * where another is left.
 */
final class SessionFactory {

	private static final Logger logger = LoggerFactory.getLogger(SessionFactory.class);

	private final OnnxEnvironment environment;

	private final OnnxOptions options;

	private final List<OnnxSessionOptionsCustomizer> customizers;

	SessionFactory(OnnxEnvironment environment, OnnxOptions options, List<OnnxSessionOptionsCustomizer> customizers) {
		this.environment = environment;
		this.options = options;
		this.customizers = customizers;
	}

	/**
	 * Create a session.
	 * @param file the model
	 * @param resources what it may use
	 * @param declared what the file says of its inputs
	 * @return the session, to be closed
	 */
	OnnxSession create(Path file, ExecutionResources resources, DeclaredValues declared) {
		List<ExecutionProvider> providers = new ArrayList<>(this.options.executionProviders());
		LinkedWeights weights = LinkedWeights.of(file);
		OptimizedModel optimized = (weights != null) ? OptimizedModel.none(file)
				: OptimizedModel.find(file, this.options, this.environment.environment().getVersion());
		while (true) {
			try {
				return create(file, weights, optimized, resources, declared, providers);
			}
			catch (OrtException ex) {
				ExecutionProvider first = providers.get(0);
				if (optimized.usesCache()) {
					optimized = optimized.discard(ex);
				}
				else if (first instanceof Cpu || providers.size() == 1) {
					throw LoadFailures.of(file, ex, first);
				}
				else {
					passOver(file, providers, first, ex);
				}
			}
		}
	}

	private OnnxSession create(Path file, @Nullable LinkedWeights weights, OptimizedModel optimized,
			ExecutionResources resources, DeclaredValues declared, List<ExecutionProvider> providers)
			throws OrtException {
		SessionOptions session = new SessionOptions();
		try {
			SessionConfiguration.apply(this.options, resources.intraOpThreads(), session);
			if (declared.halfPrecisionDefaults()) {
				SessionConfiguration.keepHalfPrecision(this.options, session);
			}
			if (!this.environment.retained()) {
				session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
			}
			register(file, session, resources, providers);
			optimized.apply(session);
			for (OnnxSessionOptionsCustomizer customizer : this.customizers) {
				customizer.customize(session, new OnnxSessionOptionsCustomizer.Context(file, resources));
			}
			OrtSession created = (weights != null) ? weights.createSession(this.environment.environment(), session)
					: this.environment.environment().createSession(optimized.fileToLoad().toString(), session);
			optimized.keep();
			return new OnnxSession(created, session, providers.stream().map(ExecutionProvider::name).toList());
		}
		catch (OrtException | RuntimeException | Error ex) {
			session.close();
			throw ex;
		}
	}

	private void register(Path file, SessionOptions session, ExecutionResources resources,
			List<ExecutionProvider> providers) {
		ProviderRegistration registration = new ProviderRegistration(this.environment.environment(), session,
				this.options.cpuArena(), resources.device());
		for (ExecutionProvider provider : List.copyOf(providers)) {
			try {
				registration.add(provider);
			}
			catch (OrtException | IllegalArgumentException ex) {
				if (provider.equals(providers.get(providers.size() - 1))) {
					throw LoadFailures.providerUnavailable(file, provider, ex);
				}
				passOver(file, providers, provider, ex);
			}
		}
	}

	private static void passOver(Path file, List<ExecutionProvider> providers, ExecutionProvider provider,
			Exception reason) {
		providers.remove(provider);
		logger.warn("Model {} goes without the execution provider {} and uses {}: {}", file.getFileName(),
				provider.name(), providers.stream().map(ExecutionProvider::name).toList(),
				LoadFailures.message(reason));
	}

}
