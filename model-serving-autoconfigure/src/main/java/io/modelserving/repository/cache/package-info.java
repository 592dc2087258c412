/**
 * Files that are not on this machine: downloads, resumed where they broke off, and the
 * cache that keeps them.
 */
@NullMarked
package io.modelserving.repository.cache;

import org.jspecify.annotations.NullMarked;
