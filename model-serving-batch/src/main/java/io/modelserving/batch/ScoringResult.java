package io.modelserving.batch;

import java.nio.file.Path;

/**
 * What a job has done, over all processes that worked on it.
 *
 * @param rows number of results
 * @param rejected number of rows that could not be scored
 * @param output where the results are
 * @param rejections where the rejected rows are, if there are any
 */
public record ScoringResult(long rows, long rejected, Path output, Path rejections) {
}
