/**
 * Stages, and pipelines that are composed of them: sequence, branch, join, the items of a
 * list, fallback.
 */
@NullMarked
package io.modelserving.pipeline;

import org.jspecify.annotations.NullMarked;
