package io.modelserving.autoconfigure;

import java.util.function.UnaryOperator;

import io.modelserving.serving.InferenceService;

/**
 * Decorates the service that every protocol calls.
 */
@FunctionalInterface
public interface InferenceServiceDecorator extends UnaryOperator<InferenceService> {

}
