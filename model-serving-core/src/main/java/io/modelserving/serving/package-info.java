/**
 * The models being served: their lives, their warm-up, and the one door to them.
 */
@NullMarked
package io.modelserving.serving;

import org.jspecify.annotations.NullMarked;
