/**
 * Auto-configuration of the HTTP entry point: how requests are read, rejected and
 * responded to, whatever they are for.
 */
@NullMarked
package io.modelserving.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
