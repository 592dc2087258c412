package io.modelserving.serving.lifecycle;

import io.modelserving.batching.BatchFunction;
import io.modelserving.model.Model;
import io.modelserving.model.RunControl;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * What one instance does: it runs a session on a device.
 */
public final class SessionFunction implements BatchFunction<NamedTensors, NamedTensors> {

	private final Model session;

	private final int device;

	public SessionFunction(Model session, int device) {
		this.session = session;
		this.device = device;
	}

	Model session() {
		return this.session;
	}

	int deviceIndex() {
		return this.device;
	}

	@Override
	public NamedTensors run(NamedTensors batch, Workspace workspace) {
		return this.session.run(batch, workspace);
	}

	@Override
	public NamedTensors run(NamedTensors batch, Workspace workspace, RunControl control) {
		return this.session.run(batch, workspace, control);
	}

	@Override
	public String device() {
		return Integer.toString(this.device);
	}

}
