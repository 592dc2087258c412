/**
 * Results that are kept, so that a model need not run again for the same inputs. Knows
 * nothing of where they are kept.
 */
@NullMarked
package io.modelserving.serving.cache;

import org.jspecify.annotations.NullMarked;
