/**
 * Downloads of files over HTTP, kept in a cache and resumed where they broke off.
 */
@NullMarked
package io.modelserving.repository.http;

import org.jspecify.annotations.NullMarked;
