/**
 * What the ahead-of-time cache of the image is recorded from.
 */
@NullMarked
package io.modelserving.sample.training;

import org.jspecify.annotations.NullMarked;
