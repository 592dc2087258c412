package io.modelserving.benchmark;

import java.io.IOException;
import java.io.InputStream;

import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Reads a body and does nothing with it: what HTTP alone costs.
 */
@RestController
@Profile("mobilenet")
class BodyReader {

	private final ThreadLocal<byte[]> buffers = ThreadLocal.withInitial(() -> new byte[64 << 10]);

	@PostMapping("/discard")
	byte[] discard(InputStream body) throws IOException {
		byte[] buffer = this.buffers.get();
		while (body.read(buffer) >= 0) {
			continue;
		}
		return new byte[0];
	}

}
