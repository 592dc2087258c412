package io.modelserving.actuate;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;

/**
 * Adds every operation to the application's audit log, if it has one.
 */
public final class ModelManagementAuditor {

	/** The type of the audit events. */
	public static final String TYPE = "MODEL_MANAGEMENT";

	private final ApplicationEventPublisher publisher;

	public ModelManagementAuditor(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	/**
	 * Pass an operation on.
	 * @param event the operation
	 */
	@EventListener
	void managed(ModelManagementEvent event) {
		Map<String, @Nullable Object> data = new TreeMap<>();
		data.putAll(event.parameters());
		data.put("operation", event.operation().toString());
		data.put("model", event.model());
		data.put("outcome", event.outcome());
		if (event.version() != null) {
			data.put("version", event.version());
		}
		this.publisher
			.publishEvent(new AuditApplicationEvent((event.principal() != null) ? event.principal() : "", TYPE, data));
	}

}
