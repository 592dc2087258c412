/**
 * Typed REST endpoints over models: what an application writes, how it is found, and how
 * a request passes through it.
 */
@NullMarked
package io.modelserving.endpoint;

import org.jspecify.annotations.NullMarked;
