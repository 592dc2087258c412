/**
 * Models in the ONNX format, run by ONNX Runtime; the only place that knows its API.
 */
@NullMarked
package io.modelserving.model.onnx;

import org.jspecify.annotations.NullMarked;
