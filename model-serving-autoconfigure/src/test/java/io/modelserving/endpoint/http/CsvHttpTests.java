package io.modelserving.endpoint.http;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that typed endpoints of flat records read and write tables.
 */
@EndpointHttpTest
class CsvHttpTests {

	private final CodecCaller caller;

	CsvHttpTests(@LocalServerPort int port) {
		this.caller = new CodecCaller(port);
	}

	private HttpResponse<byte[]> post(String path, String csv, String accept) {
		return this.caller.post(path, CodecCaller.bytes(csv), "Content-Type", "text/csv", "Accept", accept);
	}

	@Test
	void linesAreRecords() {
		HttpResponse<byte[]> response = post("/rows", "width,name,is_new,count\n1.5,oak,true,3\n2,\"a,\"\"b\",,\n",
				"text/csv");
		assertThat(CodecCaller.text(response)).isEqualTo("name,the_score\noak,1.5\n\"a,\"\"b\",2.0\n");
		assertThat(CodecCaller.type(response)).isEqualTo("text/csv");
		assertThat(response.statusCode()).isEqualTo(200);
	}

	@Test
	void columnsMayBeInAnyOrderAndOptionalOnesMissing() {
		HttpResponse<byte[]> response = post("/rows", "unknown,width\r\nx,1\r\n\r\ny,2", "application/json");
		assertThat(CodecCaller.text(response))
			.isEqualTo("[{\"name\":null,\"the_score\":1.0},{\"name\":null,\"the_score\":2.0}]");
	}

	@Test
	void whenRequestIsARecordThenThereIsOneLine() {
		assertThat(CodecCaller.text(post("/row", "name,width\nelm,3\n", "text/csv")))
			.isEqualTo("name,the_score\nelm,3.0\n");
		assertThat(CodecCaller.detail(post("/row", "width\n3\n4\n", "*/*"), 400)).contains("goes on after its value");
		assertThat(CodecCaller.detail(post("/row", "width\n", "*/*"), 400)).contains("is empty or ends too early");
	}

	@Test
	void whenTableHasNoLinesThenTheResponseHasItsHeaderOnly() {
		HttpResponse<byte[]> response = post("/rows", "width\n", "text/csv");
		assertThat(response.statusCode()).as(CodecCaller.text(response)).isIn(200, 400);
	}

	@Test
	void emptyTextIsNotAMissingOne() {
		assertThat(CodecCaller.text(post("/row", "width,name\n1,\n", "application/json"))).contains("\"name\":null");
		HttpResponse<byte[]> empty = post("/row", "width,name\n1,\"\"\n", "text/csv");
		assertThat(CodecCaller.text(empty)).isEqualTo("name,the_score\n\"\",1.0\n");
	}

	@Test
	void charsetIsThatOfTheContentType() {
		byte[] latin = "width,name\n1,Gr\u00fcn\n".getBytes(StandardCharsets.ISO_8859_1);
		HttpResponse<byte[]> response = this.caller.post("/row", latin, "Content-Type", "TEXT/CSV; charset=ISO-8859-1",
				"Accept", "text/csv;charset=ISO-8859-1");
		assertThat(new String(response.body(), StandardCharsets.ISO_8859_1))
			.isEqualTo("name,the_score\nGr\u00fcn,1.0\n");
		assertThat(CodecCaller.type(response)).isEqualToIgnoringCase("text/csv;charset=ISO-8859-1");
		assertThat(CodecCaller.detail(this.caller.post("/row", latin, "Content-Type", "text/csv"), 400))
			.contains("is no valid text/csv");
		byte[] marked = "\ufeffwidth,name\n1,Gr\u00fcn\n".getBytes(StandardCharsets.UTF_8);
		assertThat(CodecCaller.text(this.caller.post("/row", marked, "Content-Type", "text/csv", "Accept", "text/csv")))
			.contains("Gr\u00fcn");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "''|is no valid text/csv|''", "width\\nx|\"[0].width\" is \"x\", which is not a number|line 2",
					"width\\n1\\n2\\n3x\\n|\"[2].width\" is \"3x\", which is not a number|line 4",
					"name,width\\na,1\\nb,x|\"[1].width\" is \"x\"|(line 3, column 3)",
					"width,is_new\\n1,maybe|\"[0].is_new\" is \"maybe\", which is not true or false|line 2",
					"width,count\\n1,2.5|\"[0].count\"|line 2", "width,name\\n1,a,b|Too many entries|line 2",
					"width,name\\n1|Not enough column values|line 2", "width,width\\n1,2|two columns \"width\"|''",
					"width,name\\n1,\"open|is no valid text/csv|''" })
	void whenACellIsWrongThenLineAndColumnAreNamed(String csv, String detail, String place) {
		assertThat(CodecCaller.detail(post("/rows", csv.replace("\\n", "\n"), "*/*"), 400)).contains(detail)
			.contains(place);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "width\\n1\\n11|[1].width", "name\\na|[0].width", "width\\n\"\"|[0].width",
			"width\\nNaN|[0].width", "width,name\\n1,toolong|[0].name" })
	void constraintsHoldAsForJson(String csv, String field) {
		HttpResponse<byte[]> response = post("/rows", csv.replace("\\n", "\n"), "*/*");
		assertThat(response.statusCode()).as(CodecCaller.text(response)).isIn(400, 422);
		assertThat(CodecCaller.text(response)).contains(field);
	}

	@Test
	void whenRecordIsNotFlatThenThereAreNoTables() {
		assertThat(CodecCaller.detail(post("/mean", "values\n1\n", "*/*"), 415)).contains("text/csv")
			.contains("send application/json");
		assertThat(CodecCaller.detail(this.caller.post("/matrix", CodecCaller.bytes("{\"cells\":[[1]]}"),
				"Content-Type", "application/json", "Accept", "text/csv"), 406))
			.contains("text/csv")
			.contains("application/json");
	}

}
