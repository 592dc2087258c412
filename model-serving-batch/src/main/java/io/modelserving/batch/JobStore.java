package io.modelserving.batch;

import java.io.UncheckedIOException;
import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.ClassUtils;

/**
 * Where a job keeps how far it is.
 *
 * @param repository the job repository
 * @param transactions its transactions
 * @param own the database that is closed with this, {@code null} if it is the
 * application's
 */
record JobStore(JobRepository repository, PlatformTransactionManager transactions,
		@Nullable SingleConnectionDataSource own) implements AutoCloseable {

	private static final String ENDING = ".mv.db";

	/**
	 * Return the file of a database beside an output.
	 */
	static Path fileBeside(Path output) {
		return output.resolveSibling(output.getFileName() + ".job" + ENDING);
	}

	/**
	 * Open the database beside an output.
	 * @param output the output
	 * @return a store that is to be closed
	 * @throws InvalidScoringException if H2 is missing
	 */
	static JobStore beside(Path output) {
		if (!ClassUtils.isPresent("org.h2.Driver", JobStore.class.getClassLoader())) {
			throw new InvalidScoringException("A job needs a database to keep how far it is, and there is none.",
					"Add the dependency com.h2database:h2, or spring-boot-starter-batch-jdbc and a DataSource.");
		}
		String file = fileBeside(output).toString();
		// what is committed is to be on the disk, whatever ends the process
		SingleConnectionDataSource database = new SingleConnectionDataSource(
				"jdbc:h2:file:%s;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
					.formatted(file.substring(0, file.length() - ENDING.length())),
				true);
		ResourceDatabasePopulator schema = new ResourceDatabasePopulator(
				new ClassPathResource("org/springframework/batch/core/schema-h2.sql"));
		// all of it is there already, or a part if the process was killed meanwhile
		schema.setContinueOnError(true);
		schema.execute(database);
		PlatformTransactionManager transactions = new JdbcTransactionManager(database);
		return new JobStore(repository(database, transactions), transactions, database);
	}

	private static JobRepository repository(SingleConnectionDataSource database,
			PlatformTransactionManager transactions) {
		JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
		factory.setDataSource(database);
		factory.setTransactionManager(transactions);
		try {
			factory.afterPropertiesSet();
			return factory.getObject();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		if (this.own != null) {
			this.own.destroy();
		}
	}

}
