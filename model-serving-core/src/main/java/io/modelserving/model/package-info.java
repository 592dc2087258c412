/**
 * What a model is, whatever runs it: its signature, its lifecycle, its errors.
 */
@NullMarked
package io.modelserving.model;

import org.jspecify.annotations.NullMarked;
