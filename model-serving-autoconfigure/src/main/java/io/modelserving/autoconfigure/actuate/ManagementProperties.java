package io.modelserving.autoconfigure.actuate;

import io.modelserving.autoconfigure.PropertyPath;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of what operators can do to models.
 *
 * @param waitTime Longest time that an operation waits for its end; what takes longer
 * continues, and the response says so.
 */
@ConfigurationProperties("model-serving.management")
record ManagementProperties(@DefaultValue("30s") Duration waitTime) {

	ManagementProperties {
		new PropertyPath("model-serving.management").notNegative("wait-time", waitTime);
	}

}
