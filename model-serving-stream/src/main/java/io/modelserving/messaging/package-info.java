/**
 * Messages of topics and queues, answered by the handlers, models and pipelines of an
 * application.
 */
@NullMarked
package io.modelserving.messaging;

import org.jspecify.annotations.NullMarked;
