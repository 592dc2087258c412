/**
 * Fragments of OpenAPI documents that the descriptions of several protocols are made of.
 */
@NullMarked
package io.modelserving.openapi;

import org.jspecify.annotations.NullMarked;
