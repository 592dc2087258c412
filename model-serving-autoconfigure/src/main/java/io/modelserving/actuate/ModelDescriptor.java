package io.modelserving.actuate;

import java.util.List;

/**
 * A model.
 *
 * @param name its name
 * @param versions its versions, in ascending order
 */
public record ModelDescriptor(String name, List<VersionDescriptor> versions) {
}
