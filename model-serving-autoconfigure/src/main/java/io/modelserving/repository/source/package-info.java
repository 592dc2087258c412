/**
 * Where the files of one model come from, and how they are fetched and checked.
 */
@NullMarked
package io.modelserving.repository.source;

import org.jspecify.annotations.NullMarked;
