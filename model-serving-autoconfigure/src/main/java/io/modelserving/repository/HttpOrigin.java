package io.modelserving.repository;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

import io.modelserving.model.ModelLoadException;
import io.modelserving.repository.http.DownloadException;
import io.modelserving.repository.http.Downloader;

/**
 * A file on a web server.
 *
 * @param files downloads it
 * @param uri its address
 */
record HttpOrigin(Downloader files, URI uri) implements Origin {

	private static final String DEFAULT_NAME = "model.onnx";

	@Override
	public String fileName() {
		String path = (this.uri.getPath() != null) ? this.uri.getPath() : "";
		String name = path.substring(path.lastIndexOf('/') + 1);
		return RelativeNames.resolve(Path.of(""), name).map((file) -> name).orElse(DEFAULT_NAME);
	}

	@Override
	public Path createDirectory() throws IOException {
		return this.files.createDirectory();
	}

	@Override
	public void copyTo(Path target) throws IOException {
		try {
			this.files.fetch(this.uri, target);
		}
		catch (DownloadException ex) {
			throw new ModelLoadException(String.valueOf(ex.getMessage()),
					"See that the server gives out the file, or correct the property model-serving.models.<name>.location.",
					ex.isRetryable(), ex);
		}
	}

	@Override
	public void copyBeside(String name, Path target) throws IOException {
		HttpOrigin beside = new HttpOrigin(this.files, resolve(name));
		try {
			beside.files.fetch(beside.uri, target);
		}
		catch (DownloadException ex) {
			if (!ex.isAbsent()) {
				throw ex;
			}
		}
	}

	private URI resolve(String name) throws IOException {
		try {
			return this.uri.resolve("." + new URI(null, null, "/" + name, null).getRawPath());
		}
		catch (URISyntaxException ex) {
			throw new IOException("\"%s\" cannot be part of an address".formatted(name), ex);
		}
	}

}
