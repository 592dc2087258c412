/**
 * Auto-configuration of the dry run, which loads all models, says what is known of them,
 * and ends.
 */
@NullMarked
package io.modelserving.autoconfigure.dryrun;

import org.jspecify.annotations.NullMarked;
