package io.modelserving.autoconfigure.grpc;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.grpc.server.health.HealthCheckedGrpcComponent;
import org.springframework.boot.grpc.server.health.HealthCheckedGrpcComponents;

/**
 * Leaves it to the models and the readiness of the application what the gRPC health
 * service says of the server as a whole. Spring Boot would say that it serves until it
 * first looks, seconds after the start, and would count all health indicators, which
 * readiness does not. Services that the application configures stay with Spring Boot.
 */
final class GrpcServerHealthFilter implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof HealthCheckedGrpcComponents components) ? new ServicesOnly(components) : bean;
	}

	private record ServicesOnly(HealthCheckedGrpcComponents components) implements HealthCheckedGrpcComponents {

		@Override
		public @Nullable HealthCheckedGrpcComponent getServer() {
			return null;
		}

		@Override
		public Set<String> getServiceNames() {
			return this.components.getServiceNames();
		}

		@Override
		public @Nullable HealthCheckedGrpcComponent getService(String serviceName) {
			return this.components.getService(serviceName);
		}

	}

}
