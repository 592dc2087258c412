package io.modelserving.web;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AcceptEncoding}.
 */
class AcceptEncodingTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "gzip | GZIP", "deflate | DEFLATE", "'gzip, deflate' | GZIP", "'deflate, gzip' | GZIP",
					"'gzip;q=0.5, deflate' | DEFLATE", "'gzip;q=0.5, deflate;q=0.8, identity;q=0.9' | IDENTITY",
					"'GZip ; Q=1.0' | GZIP", "x-gzip | GZIP", "* | GZIP", "'*;q=0.1, gzip;q=0' | ZSTD",
					"'gzip;q=0, deflate;q=0' | IDENTITY", "'br, zstd' | ZSTD", "identity | IDENTITY",
					"'gzip, zstd' | GZIP", "'gzip;q=0.9, zstd' | ZSTD", "'identity;q=0, br' | IDENTITY",
					"'gzip;q=nonsense' | IDENTITY", "'gzip;q=-1' | IDENTITY", "'gzip;q=2' | IDENTITY",
					"'br;q=1.0, gzip;q=0.8, *;q=0.1' | GZIP", "'' | IDENTITY", "'identity;q=1, *;q=0' | IDENTITY",
					"',;,gzip' | GZIP" })
	void codingIsTheOneThatTheClientLikesBest(String header, ContentCoding coding) {
		assertThat(AcceptEncoding.choose(header)).isEqualTo(coding);
	}

}
