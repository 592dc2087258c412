package io.modelserving.autoconfigure.web;

import java.util.Collections;
import java.util.List;

import org.apache.catalina.Valve;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

class RejectionValveTests {

	private final RejectionValve valve = new RejectionValve();

	private final Valve next = mock(Valve.class);

	private final Request request = mock(Request.class);

	private final Response response = mock(Response.class);

	@BeforeEach
	void setUp() {
		this.valve.setNext(this.next);
		given(this.request.getHeaderNames()).willReturn(Collections.emptyEnumeration());
		given(this.request.getProtocol()).willReturn("HTTP/1.1");
		given(this.response.getStatus()).willReturn(400);
	}

	@Test
	void whenTheHeadersWereLeftUnreadAtTheEndThenTheRequestIsUnavailable() throws Exception {
		this.valve.applicationEnds();
		this.valve.invoke(this.request, this.response);
		then(this.response).should().setStatus(503);
		then(this.response).should().setHeader("Retry-After", "1");
		then(this.next).should(never()).invoke(this.request, this.response);
	}

	@Test
	void whenTheApplicationEndsThenAnswersCloseTheirConnections() throws Exception {
		given(this.response.getStatus()).willReturn(200);
		this.valve.invoke(this.request, this.response);
		then(this.response).should(never()).setHeader("Connection", "close");
		this.valve.applicationEnds();
		this.valve.invoke(this.request, this.response);
		then(this.response).should(atLeastOnce()).setHeader("Connection", "close");
	}

	@Test
	void whenTheEndBeginsDuringARequestThenItsAnswerClosesTheConnection() throws Exception {
		given(this.response.getStatus()).willReturn(200);
		willAnswer((invocation) -> {
			this.valve.applicationEnds();
			return null;
		}).given(this.next).invoke(this.request, this.response);
		this.valve.invoke(this.request, this.response);
		then(this.response).should().setHeader("Connection", "close");
	}

	@Test
	void whenConnectionsCarryManyRequestsAtOnceThenTheyAreLeftAlone() throws Exception {
		given(this.request.getProtocol()).willReturn("HTTP/2.0");
		given(this.response.getStatus()).willReturn(200);
		this.valve.applicationEnds();
		this.valve.invoke(this.request, this.response);
		then(this.response).should(never()).setHeader("Connection", "close");
	}

	@Test
	void whenTheApplicationRunsThenABadRequestStaysOne() throws Exception {
		this.valve.invoke(this.request, this.response);
		passedOn();
	}

	@Test
	void whenTheHeadersWereReadThenABadRequestStaysOne() throws Exception {
		given(this.request.getHeaderNames()).willReturn(Collections.enumeration(List.of("Host")));
		this.valve.applicationEnds();
		this.valve.invoke(this.request, this.response);
		passedOn();
	}

	@Test
	void whenTheRequestIsGoodThenItIsServed() throws Exception {
		given(this.response.getStatus()).willReturn(200);
		this.valve.applicationEnds();
		this.valve.invoke(this.request, this.response);
		passedOn();
	}

	private void passedOn() throws Exception {
		then(this.next).should().invoke(this.request, this.response);
		then(this.response).should(never()).setStatus(anyInt());
	}

}
