package io.modelserving.process;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;

/**
 * An application that runs in a process of its own, and fails where it is told to.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ServerApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(ServerApplication.class, arguments);
	}

	@Bean
	@ConditionalOnBooleanProperty("fail.bean")
	Object failingBean() {
		throw new IllegalStateException("the bean fails");
	}

	@Bean
	@ConditionalOnBooleanProperty("fail.lifecycle")
	SmartLifecycle failingLifecycle() {
		return new SmartLifecycle() {
			@Override
			public void start() {
				throw new IllegalStateException("the lifecycle fails");
			}

			@Override
			public void stop() {
			}

			@Override
			public boolean isRunning() {
				return false;
			}
		};
	}

	@Bean
	@ConditionalOnBooleanProperty("fail.runner")
	ApplicationRunner failingRunner() {
		return (arguments) -> {
			throw new IllegalStateException("the runner fails");
		};
	}

}
