package io.modelserving.actuate;

import java.util.List;

/**
 * A model.
 *
 * @param name its name
 * @param traffic which version gets the calls that name none
 * @param versions its versions, in ascending order
 */
record ModelDescriptor(String name, TrafficDescriptor traffic, List<VersionDescriptor> versions) {
}
