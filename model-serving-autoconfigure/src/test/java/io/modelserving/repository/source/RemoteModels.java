package io.modelserving.repository.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

import io.modelserving.repository.OnnxFiles;
import io.modelserving.repository.cache.FileServer;

/**
 * One model with its weights in another file, published in the way of each kind of
 * source, on one server.
 */
enum RemoteModels {

	HTTP(true) {

		@Override
		String publish(FileServer server, int revision, String name) {
			server.put("/models/weights.bin", weights(revision), "\"w%d\"".formatted(revision));
			return server.put("/models/model.onnx", model(), "\"m%d\"".formatted(revision)).toString();
		}

	},

	BUCKET(false) {

		@Override
		String publish(FileServer server, int revision, String name) {
			server.put("/bucket/models/weights.bin", weights(revision), "\"w\"");
			server.put("/bucket/models/model.onnx", model(), "\"m\"");
			server.headers.put("/bucket/models/model.onnx",
					Map.of("X-Modified", revision + "000", "X-Length", model().length + ""));
			server.headers.put("/bucket/models/weights.bin",
					Map.of("X-Modified", revision + "000", "X-Length", weights(revision).length + ""));
			return "s3://bucket/models/model.onnx";
		}

	},

	HUGGING_FACE(true) {

		@Override
		String publish(FileServer server, int revision, String name) {
			String commit = Integer.toString(revision).repeat(40).substring(0, 40);
			String repository = "org/" + name;
			byte[] answer = """
					{"sha": "%s", "siblings": [{"rfilename": "README.md"}, {"rfilename": "onnx/model.onnx"},
					 {"rfilename": "onnx/model_int8.onnx"}, {"rfilename": "onnx/weights.bin"}]}""".formatted(commit)
				.getBytes(StandardCharsets.UTF_8);
			server.put("/api/models/%s/revision/main".formatted(repository), answer, "\"a\"");
			server.put("/api/models/%s/revision/%s".formatted(repository, commit), answer, "\"a\"");
			for (String at : List.of(commit, "main")) {
				file(server, "/%s/resolve/%s/onnx/model.onnx".formatted(repository, at), commit, gitDigest(model()),
						model());
				file(server, "/%s/resolve/%s/onnx/weights.bin".formatted(repository, at), commit,
						sha256(weights(revision)), weights(revision));
			}
			return "hf:" + repository;
		}

		/**
		 * Large files lie elsewhere, and have their digest in a header of the redirect.
		 */
		private void file(FileServer server, String path, String commit, String etag, byte[] content) {
			String elsewhere = "/cdn/" + etag;
			server.put(elsewhere, content, "\"cdn-" + etag.substring(0, 8) + "\"");
			server.redirects.put(path, server.uri(elsewhere).toString().replace("127.0.0.1", "localhost"));
			server.headers.put(path, Map.of("X-Repo-Commit", commit, "X-Linked-Etag", "\"" + etag + "\"",
					"X-Linked-Size", Integer.toString(content.length)));
		}

	},

	MLFLOW(true) {

		@Override
		String publish(FileServer server, int revision, String name) {
			server.put("/api/2.0/mlflow/registered-models/alias",
					"{\"model_version\": {\"name\": \"%s\", \"version\": \"%d\"}}".formatted(name, revision).getBytes(),
					"\"a%d\"".formatted(revision));
			server.put("/api/2.0/mlflow/model-versions/get-download-uri?name=%s&version=%d".formatted(name, revision),
					"{\"artifact_uri\": \"mlflow-artifacts:/7/m-%d/artifacts\"}".formatted(revision).getBytes(),
					"\"u%d\"".formatted(revision));
			String artifacts = "/api/2.0/mlflow-artifacts/artifacts/7/m-%d/artifacts/".formatted(revision);
			server.put(artifacts + "MLmodel", """
					flavors:
					  onnx:
					    data: model.onnx
					    onnx_version: 1.19.1
					  python_function:
					    loader_module: mlflow.onnx
					""".getBytes(), "\"d\"");
			server.put(artifacts + "model.onnx", model(), "\"m%d\"".formatted(revision));
			server.put(artifacts + "weights.bin", weights(revision), "\"w%d\"".formatted(revision));
			return "models:/%s@champion".formatted(name);
		}

	},

	OCI(true) {

		@Override
		String publish(FileServer server, int revision, String name) {
			byte[] base = tar(Map.of("etc/passwd", "root".getBytes()));
			byte[] layer = tar(Map.of("models/model.onnx", model(), "models/weights.bin", weights(revision)));
			String manifest = manifest(blob(server, name, base, "application/vnd.oci.image.layer.v1.tar+gzip", ""),
					blob(server, name, layer, "application/vnd.oci.image.layer.v1.tar+gzip", ""));
			return image(server, name, manifest);
		}

	},

	ORAS(true) {

		@Override
		String publish(FileServer server, int revision, String name) {
			String manifest = manifest(blob(server, name, model(), "application/octet-stream", "model.onnx"),
					blob(server, name, weights(revision), "application/octet-stream", "weights.bin"));
			return image(server, name, manifest);
		}

	};

	private static final int WEIGHTS = 100_000;

	private final boolean resumes;

	RemoteModels(boolean resumes) {
		this.resumes = resumes;
	}

	/**
	 * Whether a download goes on where it broke off.
	 */
	boolean resumes() {
		return this.resumes;
	}

	/**
	 * Put a model on the server, in place of that of the revision before.
	 * @return its location
	 */
	abstract String publish(FileServer server, int revision, String name);

	static byte[] model() {
		return OnnxFiles.referringTo("weights.bin");
	}

	/** More than the model needs, so that it can break off, and hard to compress. */
	static byte[] weights(int revision) {
		byte[] bytes = new byte[WEIGHTS];
		new Random(revision).nextBytes(bytes);
		byte[] weight = OnnxFiles.bytes(revision);
		System.arraycopy(weight, 0, bytes, 0, weight.length);
		return bytes;
	}

	static String image(FileServer server, String name, String manifest) {
		byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
		String path = "/v2/team/%s/manifests/".formatted(name);
		server.put(path + "sha256:" + sha256(bytes), bytes, "\"x\"");
		server.put(path + "stable", bytes, "\"" + sha256(bytes) + "\"");
		server.headers.put(path + "stable", Map.of("Docker-Content-Digest", "sha256:" + sha256(bytes)));
		return "oci://%s/team/%s:stable".formatted(server.uri("/").getRawAuthority(), name);
	}

	static String manifest(String... layers) {
		return "{\"schemaVersion\": 2, \"layers\": [%s]}".formatted(String.join(", ", layers));
	}

	static String blob(FileServer server, String name, byte[] content, String type, String title) {
		String digest = sha256(content);
		server.put("/v2/team/%s/blobs/sha256:%s".formatted(name, digest), content, "\"" + digest + "\"");
		return "{\"mediaType\": \"%s\", \"digest\": \"sha256:%s\", \"size\": %d, \"annotations\": {%s}}".formatted(type,
				digest, content.length,
				title.isEmpty() ? "" : "\"org.opencontainers.image.title\": \"%s\"".formatted(title));
	}

	/** An archive as an image has it, compressed. */
	static byte[] tar(Map<String, byte[]> files) {
		ByteArrayOutputStream archive = new ByteArrayOutputStream();
		new LinkedHashMap<>(files).forEach((name, content) -> archive.writeBytes(entry(name, '0', "", content)));
		archive.writeBytes(new byte[1024]);
		return gzip(archive.toByteArray());
	}

	static byte[] gzip(byte[] content) {
		try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
			try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
				gzip.write(content);
			}
			return bytes.toByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** An entry of an archive, padded. */
	static byte[] entry(String name, char type, String link, byte[] content) {
		byte[] entry = new byte[512 + (content.length + 511) / 512 * 512];
		put(entry, 0, name);
		put(entry, 100, "0000644\0");
		put(entry, 124, "%011o\0".formatted(content.length));
		put(entry, 148, "        ");
		entry[156] = (byte) type;
		put(entry, 157, link);
		put(entry, 257, "ustar\00000");
		int sum = 0;
		for (int i = 0; i < 512; i++) {
			sum += entry[i] & 0xff;
		}
		put(entry, 148, "%06o\0 ".formatted(sum));
		System.arraycopy(content, 0, entry, 512, content.length);
		return entry;
	}

	private static void put(byte[] target, int position, String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		System.arraycopy(bytes, 0, target, position, bytes.length);
	}

	static String sha256(byte[] content) {
		return digest("SHA-256", content);
	}

	static String gitDigest(byte[] content) {
		byte[] head = "blob %d\0".formatted(content.length).getBytes();
		byte[] all = Arrays.copyOf(head, head.length + content.length);
		System.arraycopy(content, 0, all, head.length, content.length);
		return digest("SHA-1", all);
	}

	private static String digest(String algorithm, byte[] content) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
