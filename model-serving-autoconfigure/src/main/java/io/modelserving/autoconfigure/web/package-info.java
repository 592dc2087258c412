/**
 * Auto-configuration of the HTTP front door: what reads, rejects and answers requests,
 * whoever they are for.
 */
@NullMarked
package io.modelserving.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
