/**
 * Messages of topics and queues, replied to by the handlers, models and pipelines of an
 * application.
 */
@NullMarked
package io.modelserving.messaging;

import org.jspecify.annotations.NullMarked;
