package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Path;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

import io.modelserving.repository.cache.Checkout;
import io.modelserving.repository.cache.DownloadException;
import io.modelserving.repository.cache.Downloader;

/**
 * A file that one of Spring's resource loaders brings from elsewhere, such as a bucket of
 * S3. Files beside it are found by their locations, since not all of these resources find
 * others relative to them.
 *
 * @param resources finds it
 * @param location its location
 */
record BucketOrigin(ResourceLoader resources, String location) implements Origin {

	static BucketOrigin of(ResourceLoader resources, String location) {
		String path = location.substring(location.indexOf(':') + 1);
		if (path.contains("..") || path.contains("\\")) {
			throw new IllegalArgumentException("must not have \"..\" or a backslash in it");
		}
		BucketOrigin origin = new BucketOrigin(resources, location);
		origin.resource();
		return origin;
	}

	/** Where nobody knows the scheme, Spring takes the location for a class path. */
	private Resource resource() {
		Resource resource = this.resources.getResource(this.location);
		if (resource instanceof ClassPathResource || resource.getClass().getName().endsWith("ContextResource")) {
			String scheme = this.location.substring(0, this.location.indexOf(':'));
			throw new IllegalArgumentException(
					"begins with \"%s:\", which no resource loader knows%s".formatted(scheme, library(scheme)));
		}
		return resource;
	}

	private static String library(String scheme) {
		return switch (scheme) {
			case "s3" -> "; add io.awspring.cloud:spring-cloud-aws-starter-s3";
			case "gs" -> "; add com.google.cloud:spring-cloud-gcp-starter-storage";
			default -> "";
		};
	}

	@Override
	public String fileName() {
		return this.location.substring(this.location.lastIndexOf('/') + 1);
	}

	@Override
	public String revision() throws IOException {
		return Downloader.revision(this.location, resource());
	}

	@Override
	public String copyTo(Checkout checkout, Path target) throws IOException {
		return checkout.fetch(this.location, resource(), target);
	}

	@Override
	public void copyBeside(Checkout checkout, String name, Path target) throws IOException {
		String beside = this.location.substring(0, this.location.lastIndexOf('/') + 1) + name;
		try {
			new BucketOrigin(this.resources, beside).copyTo(checkout, target);
		}
		catch (DownloadException ex) {
			if (!ex.isAbsent()) {
				throw ex;
			}
			checkout.forget(beside);
		}
	}

}
