/**
 * Results that come one by one: what the code that makes them uses.
 */
@NullMarked
package io.modelserving.serving.stream;

import org.jspecify.annotations.NullMarked;
