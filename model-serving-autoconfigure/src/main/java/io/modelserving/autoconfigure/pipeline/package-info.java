/**
 * Auto-configuration of the stages of pipelines.
 */
@NullMarked
package io.modelserving.autoconfigure.pipeline;

import org.jspecify.annotations.NullMarked;
