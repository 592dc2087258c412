package io.modelserving.model.onnx;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import ai.onnxruntime.OrtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.ComputeUnit;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.Model;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.RunControl;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * A model in a session of ONNX Runtime.
 * <p>
 * Closing a session that runs aborts the JVM. So a run holds the read lock, of which any
 * number may be held, until the outputs are copied; {@link #close()} takes the write lock
 * and waits thereby for the runs under way. No run waits: the read lock is free at once
 * unless the model is closed, and {@link #closed} says so from the moment that closing
 * begins, which may be long before a run ends that hangs.
 */
final class OnnxModel implements Model {

	private static final Logger logger = LoggerFactory.getLogger(OnnxModel.class);

	private final ReadWriteLock lock = new ReentrantReadWriteLock();

	private final OnnxSession session;

	private final ModelSignature signature;

	private final ModelMetadata metadata;

	private final SessionRun run;

	private final ComputeUnit computeUnit;

	private volatile boolean closed;

	private boolean freed;

	private OnnxModel(OnnxSession session, ModelSignature signature, ModelMetadata metadata, SessionRun run,
			ComputeUnit computeUnit) {
		this.session = session;
		this.signature = signature;
		this.metadata = metadata;
		this.run = run;
		this.computeUnit = computeUnit;
	}

	static OnnxModel of(OnnxSession session, DeclaredValues declared, OnnxEnvironment environment,
			ComputeUnit computeUnit) throws OrtException {
		OnnxSignature signature = OnnxSignature.of(session.session(), declared, environment);
		return new OnnxModel(session, signature.signature(), OnnxMetadata.of(session, environment.environment()),
				new SessionRun(session.session(), signature, new OnnxTensors(environment)), computeUnit);
	}

	@Override
	public ModelSignature signature() {
		return this.signature;
	}

	@Override
	public ModelMetadata metadata() {
		return this.metadata;
	}

	@Override
	public ComputeUnit computeUnit() {
		return this.computeUnit;
	}

	@Override
	public NamedTensors run(NamedTensors inputs, Workspace workspace) {
		return run(inputs, () -> this.run.execute(inputs, workspace));
	}

	@Override
	public NamedTensors run(NamedTensors inputs, Workspace workspace, RunControl control) {
		try {
			return run(inputs, () -> this.run.execute(inputs, workspace, control));
		}
		catch (ExecutionFailed ex) {
			throw control.isTerminated()
					? new ExecutionFailed("the run was ended before it was complete", ex.getCause()) : ex;
		}
	}

	@Override
	public NamedTensors runAndRelease(NamedTensors inputs, Workspace workspace) {
		return run(inputs, () -> this.run.executeAndRelease(inputs, workspace));
	}

	private NamedTensors run(NamedTensors inputs, Execution execution) {
		// unlike lock(), tryLock() does not queue behind a thread that waits to close
		if (this.closed || !this.lock.readLock().tryLock()) {
			throw closedException();
		}
		try {
			if (this.closed) {
				throw closedException();
			}
			this.signature.check(inputs);
			return execution.run();
		}
		catch (OrtException ex) {
			throw new ExecutionFailed("the runtime failed to run the model (%s)".formatted(ex.getCode()), ex);
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	private static IllegalStateException closedException() {
		return new IllegalStateException("the model is closed");
	}

	@Override
	public void close() {
		this.closed = true;
		this.lock.writeLock().lock();
		try {
			if (!this.freed) {
				this.freed = true;
				this.session.close();
			}
		}
		catch (OrtException ex) {
			logger.warn("ONNX Runtime could not close a session, whose memory may be lost", ex);
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@FunctionalInterface
	private interface Execution {

		NamedTensors run() throws OrtException;

	}

}
