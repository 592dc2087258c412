package io.modelserving.repository.source;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

import io.modelserving.repository.cache.Checkout;
import io.modelserving.repository.cache.DownloadException;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.HttpFile;

/**
 * A file on a web server.
 *
 * @param downloads asks the server
 * @param file the file
 * @param checksums whether there may be a file with its checksum beside it
 */
record HttpOrigin(Downloader downloads, HttpFile file, boolean checksums) implements Origin {

	private static final String DEFAULT_NAME = "model.onnx";

	static HttpOrigin of(Downloader downloads, String address) {
		try {
			URI uri = new URI(address);
			if (uri.getHost() == null) {
				throw new IllegalArgumentException("has no host");
			}
			if (uri.getUserInfo() != null) {
				throw new IllegalArgumentException("must not have a password in it");
			}
			return new HttpOrigin(downloads, HttpFile.of(uri), true);
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException("is no address: " + ex.getReason(), ex);
		}
	}

	@Override
	public String fileName() {
		String path = (this.file.uri().getPath() != null) ? this.file.uri().getPath() : "";
		String name = path.substring(path.lastIndexOf('/') + 1);
		return RelativeNames.resolve(Path.of(""), name).map((plain) -> name).orElse(DEFAULT_NAME);
	}

	@Override
	public String revision() throws IOException {
		return this.downloads.revision(this.file);
	}

	@Override
	public String copyTo(Checkout checkout, Path target) throws IOException {
		return checkout.fetch(this.file, target);
	}

	@Override
	public void copyBeside(Checkout checkout, String name, Path target) throws IOException {
		if (!this.checksums && name.endsWith(ChecksumFile.SUFFIX)) {
			return;
		}
		HttpFile beside = new HttpFile(resolve(name), this.file.headers(), null);
		try {
			checkout.fetch(beside, target);
		}
		catch (DownloadException ex) {
			if (!ex.isAbsent()) {
				throw ex;
			}
			checkout.forget(beside.uri().toString());
		}
	}

	private URI resolve(String name) throws IOException {
		try {
			return this.file.uri().resolve("." + new URI(null, null, "/" + name, null).getRawPath());
		}
		catch (URISyntaxException ex) {
			throw new IOException("\"%s\" cannot be part of an address".formatted(name), ex);
		}
	}

}
