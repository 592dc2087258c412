package io.modelserving.model;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PublicReason}.
 */
class PublicReasonTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0',
			textBlock = """
					it is no ONNX model.|it is no ONNX model.
					/srv/models/digits/1/model.onnx is not an ONNX model: Protobuf parsing failed.|model.onnx is not an ONNX model: Protobuf parsing failed.
					model "a": location "file:/srv/models/a.onnx" does not exist|model "a": location "a.onnx" does not exist
					location "file:///srv/a.onnx" is gone|location "a.onnx" is gone
					there is no "b" in /srv/x/models, which has a|there is no "b" in models, which has a
					Load model from /srv/m/a.onnx failed:Protobuf|Load model from a.onnx failed:Protobuf
					a failed:/srv/m/a.onnx|a failed:a.onnx
					/srv/my models/digits.onnx cannot be read|digits.onnx cannot be read
					(/srv/a.onnx) [/tmp/b.onnx], '/c/d.onnx', path=/e/f|(a.onnx) [b.onnx], 'd.onnx', path=f
					C:\\models\\a.onnx is broken|a.onnx is broken
					\\\\server\\share\\a.onnx is broken|a.onnx is broken
					https://user:secret@host/models/a.onnx gave 404|a.onnx gave 404
					classpath:models/a.onnx is not there|classpath:models/a.onnx is not there
					model "a" has no version such as 1/model.onnx; use and/or|model "a" has no version such as 1/model.onnx; use and/or
					a name must not contain "/"|a name must not contain "/"
					set model-serving.models.a.location. Next attempt in 4 s.|set model-serving.models.a.location. Next attempt in 4 s.
					a.onnx: /onnxruntime_src/onnxruntime/core/graph/model.cc:182 onnxruntime::Model::Model(onnx::ModelProto&&) [ONNXRuntimeError] : 1 : FAIL : Unsupported version|a.onnx: Unsupported version
					/onnxruntime_src/onnxruntime/core/graph/graph.cc:88 void f(int) Unknown op|Unknown op
					""")
	void pathsLoseTheirDirectories(String reason, String told) {
		assertThat(PublicReason.of(reason)).isEqualTo(told);
	}

	@ParameterizedTest
	@ValueSource(strings = { "java.lang.IllegalStateException: no", "NullPointerException", "a b.c.Some$Type c",
			"at onnxruntime::Model::Load", "Foo.java:12",
			"broken [Source: REDACTED (`x` disabled); line: 1, column: 2]", "token JsonToken.START_ARRAY",
			"tools.jackson.core.JacksonIOException", "graph.cc:12", "OutOfMemoryError" })
	void whatStaysInternalIsLeftToTheLog(String reason) {
		assertThat(PublicReason.of(reason)).isEqualTo(PublicReason.IN_LOG);
	}

	@Test
	void statusHasBothReasons() {
		ModelStatus status = new ModelStatus(new ModelKey("a", 1), ModelState.FAILED, "/srv/a.onnx is broken", true,
				Instant.EPOCH);
		assertThat(status.describe()).isEqualTo("FAILED: /srv/a.onnx is broken");
		assertThat(status.describePublicly()).isEqualTo("FAILED: a.onnx is broken");
	}

	@Test
	void longReasonIsLookedAtInOnePass() {
		assertThat(PublicReason.of("a /" + "b ".repeat(100_000))).hasSizeLessThan(5000);
		assertThat(PublicReason.of("/".repeat(100_000))).hasSizeLessThan(5000);
	}

}
