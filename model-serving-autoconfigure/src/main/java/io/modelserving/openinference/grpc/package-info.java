/**
 * The Open Inference Protocol over gRPC.
 */
@NullMarked
package io.modelserving.openinference.grpc;

import org.jspecify.annotations.NullMarked;
