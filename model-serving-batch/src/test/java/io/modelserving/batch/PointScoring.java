package io.modelserving.batch;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.springframework.batch.core.configuration.annotation.JobScope;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.database.JdbcBatchItemWriter;
import org.springframework.batch.infrastructure.item.database.JdbcCursorItemReader;
import org.springframework.batch.infrastructure.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.infrastructure.item.database.builder.JdbcCursorItemReaderBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

import io.modelserving.batch.AffineApplication.AffineEndpoint;
import io.modelserving.batch.AffineApplication.Moved;
import io.modelserving.batch.AffineApplication.Point;

/**
 * The example of the page on batch jobs.
 */
@Configuration(proxyBeanMethods = false)
class PointScoring {

	record Stored(long id, Point point) {
	}

	@Bean
	Job scorePoints(JobRepository repository, Step moveStep) {
		return new JobBuilder("score-points", repository).start(moveStep).build();
	}

	@Bean
	@JobScope
	Step moveStep(JobRepository repository, PlatformTransactionManager transactions, Scorers scorers,
			JdbcCursorItemReader<Stored> points, JdbcBatchItemWriter<Scored<Stored, Moved>> moves) {
		Scorer<Stored, Moved> scorer = scorers.endpoint(AffineEndpoint.class).on(Stored::point);
		return new StepBuilder("move", repository).<Stored, Scored<Stored, Moved>>chunk(scorer.chunkSize())
			.transactionManager(transactions)
			.reader(points)
			.processor(scorer.processor())
			.writer(moves)
			.build();
	}

	@Bean
	JdbcCursorItemReader<Stored> points(DataSource database) {
		return new JdbcCursorItemReaderBuilder<Stored>().name("points")
			.dataSource(database)
			.sql("SELECT id, a, b, c FROM points ORDER BY id")
			.rowMapper((row, number) -> new Stored(row.getLong(1),
					new Point(List.of(row.getFloat(2), row.getFloat(3), row.getFloat(4)), null)))
			.build();
	}

	@Bean
	JdbcBatchItemWriter<Scored<Stored, Moved>> moves(DataSource database) {
		return new JdbcBatchItemWriterBuilder<Scored<Stored, Moved>>().dataSource(database)
			.sql("INSERT INTO moves (id, y) VALUES (:id, :y)")
			.itemSqlParameterSourceProvider((scored) -> new MapSqlParameterSource(
					Map.of("id", scored.item().id(), "y", scored.result().y().get(0))))
			.build();
	}

	@Component
	static class Nightly {

		private final JobOperator operator;

		private final Job scorePoints;

		Nightly(JobOperator operator, Job scorePoints) {
			this.operator = operator;
			this.scorePoints = scorePoints;
		}

		@Scheduled(cron = "0 30 2 * * *")
		void score() throws JobExecutionException {
			this.operator.start(this.scorePoints,
					new JobParametersBuilder().addLocalDate("day", LocalDate.now(ZoneId.systemDefault()))
						.toJobParameters());
		}

	}

	@Component
	static class NightlyFiles {

		private final ScoringJob job;

		private final ScoringSettings settings;

		NightlyFiles(ScoringJob job, ScoringSettings settings) {
			this.job = job;
			this.settings = settings;
		}

		@Scheduled(cron = "0 0 3 * * *")
		void score() {
			this.job.run(this.settings.withRun(LocalDate.now(ZoneId.systemDefault()).toString()));
		}

	}

}
