package io.modelserving.autoconfigure;

import java.util.function.UnaryOperator;

import io.modelserving.serving.InferenceService;

/**
 * Puts something around the service that every protocol calls.
 */
@FunctionalInterface
public interface InferenceServiceDecorator extends UnaryOperator<InferenceService> {

}
