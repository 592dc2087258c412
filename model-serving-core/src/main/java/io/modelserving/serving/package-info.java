/**
 * What an application sees of the models that are served: the registry, the entry point
 * of all calls, and settings, states and events.
 */
@NullMarked
package io.modelserving.serving;

import org.jspecify.annotations.NullMarked;
