package io.modelserving.batch;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Opens the store of a job: the application's job repository if that remembers, otherwise
 * a database beside the output.
 *
 * @param repository the application's job repository, if it has one
 * @param transactions its transactions
 * @param database its database
 */
record JobStores(Supplier<@Nullable JobRepository> repository,
		Supplier<@Nullable PlatformTransactionManager> transactions, Supplier<@Nullable DataSource> database) {

	JobStore open(Path output) {
		JobRepository own = this.repository.get();
		PlatformTransactionManager manager = this.transactions.get();
		return (own != null && manager != null && remembers(own)) ? new JobStore(own, manager, null)
				: JobStore.beside(output);
	}

	private boolean remembers(JobRepository own) {
		if (AopUtils.getTargetClass(own) == ResourcelessJobRepository.class) {
			return false;
		}
		DataSource source = this.database.get();
		return source == null || !isInMemory(source);
	}

	private static boolean isInMemory(DataSource source) {
		try (Connection connection = source.getConnection()) {
			String url = String.valueOf(connection.getMetaData().getURL());
			return url.contains(":mem:") || url.contains("memory:");
		}
		catch (SQLException ex) {
			throw new ScoringFailedException("The database of the job repository cannot be reached: " + ex.getMessage(),
					ex);
		}
	}

}
