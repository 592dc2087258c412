package io.modelserving.openinference.http;

import java.io.IOException;

import io.modelserving.tensor.BufferPool.PooledBuffers;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * An answer that gives back what its request has borrowed once it is written, as nobody
 * here reads the request after that. What is never written gives nothing back.
 *
 * @param answer the answer
 * @param memory what the request has borrowed
 */
record ReleasingResponse(ServerResponse answer, PooledBuffers memory) implements ServerResponse {

	@Override
	public HttpStatusCode statusCode() {
		return this.answer.statusCode();
	}

	@Override
	public HttpHeaders headers() {
		return this.answer.headers();
	}

	@Override
	public MultiValueMap<String, Cookie> cookies() {
		return this.answer.cookies();
	}

	@Override
	public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
			throws ServletException, IOException {
		try {
			return this.answer.writeTo(request, response, context);
		}
		finally {
			this.memory.release();
		}
	}

}
