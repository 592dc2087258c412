package io.modelserving.openinference.grpc;

import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.tensor.BufferPool.PooledBuffers;

/**
 * A message and the pooled buffers of its bytes.
 *
 * @param message the message; its bytes are undefined once the memory is given back
 * @param memory the memory, of which the owner of the request is the one user
 */
record PooledRequest(ModelInferRequest message, PooledBuffers memory) {
}
