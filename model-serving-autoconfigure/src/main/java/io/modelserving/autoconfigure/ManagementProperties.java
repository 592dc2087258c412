package io.modelserving.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of what operators can do to models.
 *
 * @param waitTime Longest time that an operation waits for its end; what takes longer
 * goes on, and the answer says so.
 */
@ConfigurationProperties("model-serving.management")
public record ManagementProperties(@DefaultValue("30s") Duration waitTime) {

	public ManagementProperties {
		ModelServingProperties.PATH.child("management").notNegative("wait-time", waitTime);
	}

}
