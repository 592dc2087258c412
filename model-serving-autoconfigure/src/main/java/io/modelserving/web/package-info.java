/**
 * The one HTTP entry point, of typed endpoints and the protocol alike: how bodies are
 * received, what is rejected early, and how requests wait for their results.
 */
@NullMarked
package io.modelserving.web;

import org.jspecify.annotations.NullMarked;
