/**
 * Puts the parts together: the registry, the entry point of all calls, and the way of a
 * call to a version.
 */
@NullMarked
package io.modelserving.serving.server;

import org.jspecify.annotations.NullMarked;
