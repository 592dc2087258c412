package io.modelserving.batch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.modelserving.batch.ScoringSettings.Partition;

/**
 * The rows of a file of Apache Parquet, each as JSON. DuckDB reads it, in this process
 * and over JDBC, so that nothing here depends on it.
 */
final class ParquetRows implements RowReader {

	private static final String URL = "jdbc:duckdb:";

	private static final String FILE = " FROM read_parquet(?) AS record";

	private final Connection connection;

	private final ResultSet rows;

	private final long from;

	private final long count;

	private long read;

	private ParquetRows(Connection connection, ResultSet rows, long from, long count, long read) {
		this.connection = connection;
		this.rows = rows;
		this.from = from;
		this.count = count;
		this.read = read;
	}

	static ParquetRows open(Path file, Partition part, Position position) throws IOException {
		Connection connection = connect();
		try {
			long all = count(connection, file);
			int index = (part.index() != null) ? part.index() : 0;
			long from = TextRows.share(all, index, part.count());
			long count = TextRows.share(all, index + 1, part.count()) - from;
			PreparedStatement select = connection
				.prepareStatement("SELECT CAST(to_json(record) AS VARCHAR)" + FILE + " LIMIT ? OFFSET ?");
			select.setString(1, file.toString());
			select.setLong(2, count - position.offset());
			select.setLong(3, from + position.offset());
			return new ParquetRows(connection, select.executeQuery(), from, count, position.offset());
		}
		catch (SQLException ex) {
			close(connection);
			throw new InvalidScoringException(
					"The input %s cannot be read as Parquet: %s".formatted(file, firstLine(ex)),
					"Give a file of Apache Parquet, or set model-serving.batch.input-format.");
		}
	}

	/**
	 * Fail if there is no library that reads the format.
	 */
	static void requireLibrary() {
		close(connect());
	}

	private static Connection connect() {
		try {
			return DriverManager.getConnection(URL);
		}
		catch (SQLException ex) {
			throw new InvalidScoringException("Parquet is read by DuckDB, which is not on the class path.",
					"Add the dependency org.duckdb:duckdb_jdbc.");
		}
	}

	private static long count(Connection connection, Path file) throws SQLException {
		try (PreparedStatement select = connection.prepareStatement("SELECT count(*)" + FILE)) {
			select.setString(1, file.toString());
			try (ResultSet result = select.executeQuery()) {
				result.next();
				return result.getLong(1);
			}
		}
	}

	private static String firstLine(SQLException failure) {
		return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
	}

	@Override
	public @Nullable Row read() throws IOException {
		try {
			if (!this.rows.next()) {
				return null;
			}
			this.read++;
			return new Row(this.from + this.read,
					new Row.Text(this.rows.getString(1).getBytes(StandardCharsets.UTF_8)));
		}
		catch (SQLException ex) {
			throw new IOException(
					"Parquet cannot be read behind row %d: %s".formatted(this.from + this.read, firstLine(ex)), ex);
		}
	}

	@Override
	public Position position() {
		return new Position(this.read, this.from + this.read + 1);
	}

	@Override
	public double fraction() {
		return (this.count > 0) ? this.read / (double) this.count : 1;
	}

	@Override
	public void close() {
		close(this.connection);
	}

	private static void close(Connection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			// nothing was written
		}
	}

}
