/**
 * Where the files of models are found: locations, directories of numbered versions.
 */
@NullMarked
package io.modelserving.repository;

import org.jspecify.annotations.NullMarked;
