package io.modelserving.repository.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.core.io.Resource;

import io.modelserving.repository.cache.Checkout;

/**
 * A file in an archive on this machine, which is copied each time.
 *
 * @param resource the file
 */
public record ResourceOrigin(Resource resource) implements Origin {

	@Override
	public String fileName() {
		return String.valueOf(this.resource.getFilename());
	}

	@Override
	public String revision() {
		return "";
	}

	@Override
	public String copyTo(Checkout checkout, Path target) throws IOException {
		try (InputStream content = this.resource.getInputStream()) {
			Files.copy(content, target);
		}
		return "";
	}

	@Override
	public void copyBeside(Checkout checkout, String name, Path target) throws IOException {
		Resource beside = this.resource.createRelative(name);
		if (beside.exists()) {
			new ResourceOrigin(beside).copyTo(checkout, target);
		}
	}

}
