/**
 * Auto-configuration of the Open Inference Protocol over gRPC.
 */
@NullMarked
package io.modelserving.autoconfigure.grpc;

import org.jspecify.annotations.NullMarked;
