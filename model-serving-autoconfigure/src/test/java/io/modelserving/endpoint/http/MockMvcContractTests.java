package io.modelserving.endpoint.http;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * Tests that the usual idioms of MockMvc, which know nothing of asynchronous requests,
 * see the responses of models, however long these take.
 */
@SpringBootTest(classes = EndpointTestApplication.class)
@AutoConfigureMockMvc
@Import(CountEndpoint.class)
class MockMvcContractTests {

	private static final String MEAN = "{\"mean\":1.5,\"unit\":null}";

	@Autowired
	private SwitchableService service;

	@BeforeEach
	void mixResults() {
		this.service.reset();
		this.service.mix();
	}

	@Test
	void mockMvcSeesTheResponse(@Autowired MockMvc mvc) throws Exception {
		for (int i = 0; i < 8; i++) {
			mvc.perform(post("/mean").contentType(MediaType.APPLICATION_JSON).content("{\"values\": [1, 2]}"))
				.andExpect(status().isOk())
				.andExpect(content().string(MEAN));
		}
	}

	@Test
	void mockMvcTesterSeesTheResponse(@Autowired MockMvcTester mvc) {
		for (int i = 0; i < 8; i++) {
			assertThat(
					mvc.perform(post("/mean").contentType(MediaType.APPLICATION_JSON).content("{\"values\": [1, 2]}")))
				.hasStatusOk()
				.bodyText()
				.isEqualTo(MEAN);
		}
	}

	@Test
	void mockMvcSeesAStreamAsAnAsynchronousRequest(@Autowired MockMvc mvc) throws Exception {
		MvcResult started = mvc
			.perform(post("/count").contentType(MediaType.APPLICATION_JSON).content("{\"steps\": 2}"))
			.andExpect(request().asyncStarted())
			.andReturn();
		mvc.perform(asyncDispatch(started))
			.andExpect(status().isOk())
			.andExpect(content().contentType(MediaType.TEXT_EVENT_STREAM))
			.andExpect(content().string("data: {\"step\":1,\"text\":\"\"}\n\ndata: {\"step\":2,\"text\":\"\"}\n\n"
					+ "event: end\ndata: {}\n\n"));
	}

	@Test
	void mockMvcTesterSeesAStreamThatFails(@Autowired MockMvcTester mvc) {
		assertThat(mvc.post()
			.uri("/count")
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"steps\": 2, \"text\": \"reject\"}")
			.exchange()).hasStatus(400).bodyText().contains("text: I do not like it");
	}

}
