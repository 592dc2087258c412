package io.modelserving.model.graph;

import io.modelserving.model.graph.ModelGraph.Type;

/**
 * An input that has a default: an initializer of the same name.
 *
 * @param name the name
 * @param type the type, as the input declares it
 */
public record OptionalInput(String name, Type type) {
}
