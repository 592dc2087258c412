package io.modelserving.openinference.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

import io.grpc.Codec;

/**
 * The compression {@code deflate}, which clients may choose and gRPC does not bring: the
 * deflate format in a zlib wrapper. Thread-safe.
 */
public final class DeflateCodec implements Codec {

	@Override
	public String getMessageEncoding() {
		return "deflate";
	}

	@Override
	public InputStream decompress(InputStream source) {
		return new InflaterInputStream(source);
	}

	@Override
	public OutputStream compress(OutputStream target) throws IOException {
		return new DeflaterOutputStream(target);
	}

}
