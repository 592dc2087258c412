package io.modelserving.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FormPartsTests {

	private static final String TYPE = "multipart/form-data; boundary=\"a b\"";

	private static final MultipartConfigElement UNLIMITED = new MultipartConfigElement("");

	@Test
	void whenAFormHasPartsThenEachHasItsNameHeadersAndBytes() throws IOException {
		List<Part> parts = parse("""
				preamble
				--a b
				Content-Disposition: form-data; name="image"; filename="i.png"
				Content-Type: image/png

				one
				--a
				two
				--a b \t
				content-disposition: form-data; name="empty"


				--a b--
				epilogue""", UNLIMITED);
		assertThat(parts).extracting(Part::getName).containsExactly("image", "empty");
		assertThat(parts).extracting(Part::getSize).containsExactly(13L, 0L);
		Part image = parts.get(0);
		assertThat(image.getContentType()).isEqualTo("image/png");
		assertThat(image.getSubmittedFileName()).isEqualTo("i.png");
		assertThat(new String(image.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
			.isEqualTo("one\r\n--a\r\ntwo");
	}

	@Test
	void whenTheFormBeginsWithThePartThenNothingIsMissed() {
		assertThat(parse("--a b\nContent-Disposition: form-data; name=x\n\n1\n--a b--", UNLIMITED)).hasSize(1);
	}

	@Test
	void whenAPartHasNoHeadersThenItIsPassedOver() {
		assertThat(parse("--a b\n\n1\n--a b--", UNLIMITED)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nothing", "--a b", "--a b\n", "--a b\nX: y", "--a b\nX: y\n\n",
			"--a b\nX: y\n\nbody\n--a", "--a bX: y\n\n\n--a b--" })
	void whenTheFormBreaksOffThenItIsRefused(String form) {
		assertThatExceptionOfType(MultipartException.class).isThrownBy(() -> parse(form, UNLIMITED));
	}

	@ParameterizedTest
	@ValueSource(strings = { "multipart/form-data", "multipart/form-data; boundary=",
			"multipart/form-data; boundary=\"\"", "multipart/;;" })
	void whenThereIsNoBoundaryThenTheFormIsRefused(String type) {
		assertThatExceptionOfType(MultipartException.class)
			.isThrownBy(() -> FormParts.parse(InputStream.nullInputStream(), type, UNLIMITED));
	}

	@ParameterizedTest
	@ValueSource(strings = { "form-data; name", "form-data; name=x; filename*=UTF-8''%zz", ";" })
	void whenTheDispositionOfAPartIsMalformedThenTheFormIsRefused(String disposition) {
		assertThatExceptionOfType(MultipartException.class)
			.isThrownBy(() -> parse("--a b\nContent-Disposition: " + disposition + "\n\n1\n--a b--", UNLIMITED));
	}

	@Test
	void whenTheBodyBreaksOffThenTheFormIsRefused() {
		InputStream broken = new InputStream() {

			@Override
			public int read() throws IOException {
				throw new IOException("reset");
			}

		};
		assertThatExceptionOfType(MultipartException.class).isThrownBy(() -> FormParts.parse(broken, TYPE, UNLIMITED));
	}

	@Test
	void whenThereAreTooManyPartsOrHeadersThenTheFormIsRefused() {
		String part = "--a b\nContent-Disposition: form-data; name=x\n\n1\n";
		assertThatExceptionOfType(MultipartException.class)
			.isThrownBy(() -> parse(part.repeat(51) + "--a b--", UNLIMITED));
		assertThatExceptionOfType(MultipartException.class)
			.isThrownBy(() -> parse("--a b\nX: " + "y".repeat(9000) + "\n\n1\n--a b--", UNLIMITED));
	}

	@Test
	void whenTheFormOrAPartIsTooLargeThenItIsRefused() {
		String form = "--a b\nContent-Disposition: form-data; name=x\n\n12345\n--a b--";
		assertThat(parse(form, new MultipartConfigElement("", 5, -1, 0))).hasSize(1);
		assertThatExceptionOfType(MaxUploadSizeExceededException.class)
			.isThrownBy(() -> parse(form, new MultipartConfigElement("", 4, -1, 0)));
		assertThatExceptionOfType(MaxUploadSizeExceededException.class)
			.isThrownBy(() -> parse(form, new MultipartConfigElement("", -1, 20, 0)));
	}

	private static List<Part> parse(String form, MultipartConfigElement limits) {
		return FormParts.parse(new ByteArrayInputStream(form.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)),
				TYPE, limits);
	}

}
