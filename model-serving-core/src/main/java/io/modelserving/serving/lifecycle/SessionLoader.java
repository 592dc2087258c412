package io.modelserving.serving.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

import io.modelserving.serving.ModelDefinition;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSize;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.model.graph.GraphAnalysis;

/**
 * Loads the sessions of one generation of a model: the first ones, and further ones when
 * there are to be more instances. These are rejected if the file is no longer the same,
 * so that all instances give the same results. Used by one thread at a time.
 */
public final class SessionLoader {

	private static final long UNKNOWN = -1;

	private final ModelDefinition definition;

	private final int intraOpThreads;

	private long checksum = UNKNOWN;

	private GraphAnalysis analysis = GraphAnalysis.unknown("the model is not loaded");

	private String fingerprint = "";

	private long fileBytes;

	public SessionLoader(ModelDefinition definition, int intraOpThreads) {
		this.definition = definition;
		this.intraOpThreads = intraOpThreads;
	}

	/**
	 * Return whether instances of one device share a session. Instances of one thread
	 * can, as a call brings its own thread; a session with a pool of threads is not
	 * shared, since its callers would contend for the pool.
	 */
	public boolean sharesSessions() {
		return this.intraOpThreads == 1;
	}

	/**
	 * Load sessions, all or none.
	 * @param devices the device of each
	 * @return the sessions, in the same order
	 * @throws ModelLoadException if one cannot be loaded
	 */
	public List<Model> load(List<Integer> devices) {
		return load(devices, file -> {
		});
	}

	/**
	 * Load the first sessions, all or none, and analyze the graph.
	 * @param devices the device of each
	 * @param identify whether to find the fingerprint
	 * @return the sessions, in the same order
	 * @throws ModelLoadException if one cannot be loaded
	 */
	List<Model> loadFirst(List<Integer> devices, boolean identify) {
		return load(devices, file -> {
			this.analysis = this.definition.loader().analyze(file);
			this.fileBytes = ModelSize.of(file);
			if (identify) {
				this.fingerprint = FileDigest.of(file);
			}
		});
	}

	/**
	 * Return the size of the model's files.
	 * @return the number of bytes, 0 before the first sessions are loaded
	 */
	long fileBytes() {
		return this.fileBytes;
	}

	/**
	 * Return what stands for the content of the model's files.
	 * @return the fingerprint, empty unless it was asked for
	 */
	String fingerprint() {
		return this.fingerprint;
	}

	/**
	 * Return what the graph says.
	 * @return unknown before the first sessions are loaded
	 */
	GraphAnalysis analysis() {
		return this.analysis;
	}

	private List<Model> load(List<Integer> devices, FileReader further) {
		List<Model> sessions = new ArrayList<>();
		try (LocalFile file = this.definition.source().open()) {
			check(file.path());
			for (int device : devices) {
				sessions.add(this.definition.loader()
					.load(file.path(), new ExecutionResources(this.intraOpThreads, device)));
			}
			further.accept(file.path());
			return sessions;
		}
		catch (IOException ex) {
			sessions.forEach(Model::close);
			throw new ModelLoadException("%s cannot be read: %s".formatted(this.definition.source().description(), ex),
					"Make the file readable, or correct the property location.", true, ex);
		}
		catch (RuntimeException | Error ex) {
			sessions.forEach(Model::close);
			throw ex;
		}
	}

	private void check(Path file) throws IOException {
		if (sharesSessions() || !Files.isRegularFile(file)) {
			return;
		}
		long present = checksum(file);
		if (this.checksum != UNKNOWN && this.checksum != present) {
			throw new ModelLoadException(
					"%s has changed since the model was loaded, and all instances must run the same"
						.formatted(this.definition.source().description()),
					"Reload the model; the number of instances can be changed then.", false, null);
		}
		this.checksum = present;
	}

	private static long checksum(Path file) throws IOException {
		CRC32C checksum = new CRC32C();
		try (InputStream content = new CheckedInputStream(Files.newInputStream(file), checksum)) {
			content.transferTo(OutputStream.nullOutputStream());
		}
		return checksum.getValue();
	}

	/**
	 * Reads more of a file that has been loaded.
	 */
	@FunctionalInterface
	private interface FileReader {

		void accept(Path file) throws IOException;

	}

}
