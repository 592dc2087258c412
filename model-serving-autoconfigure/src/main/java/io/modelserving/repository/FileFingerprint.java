package io.modelserving.repository;

import java.nio.file.attribute.FileTime;

/**
 * Distinguishes one content of a file from another without reading it.
 *
 * @param size the number of bytes
 * @param modified the time of the last change
 */
record FileFingerprint(long size, FileTime modified) {
}
