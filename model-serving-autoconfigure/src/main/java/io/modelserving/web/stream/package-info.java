/**
 * Responses that come in pieces over a longer time: how they are written, for how long,
 * and how they end.
 */
@NullMarked
package io.modelserving.web.stream;

import org.jspecify.annotations.NullMarked;
