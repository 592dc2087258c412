/**
 * Reads the bodies of HTTP requests, for typed endpoints and the protocol alike.
 */
@NullMarked
package io.modelserving.web;

import org.jspecify.annotations.NullMarked;
