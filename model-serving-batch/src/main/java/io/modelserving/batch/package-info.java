/**
 * Scoring in Spring Batch jobs, with the handlers, models and pipelines that are also
 * served.
 */
@NullMarked
package io.modelserving.batch;

import org.jspecify.annotations.NullMarked;
