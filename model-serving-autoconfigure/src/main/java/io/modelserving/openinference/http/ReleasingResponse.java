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
 * A response that releases the pooled buffers of its request once it is written, as
 * nobody here reads the request after that. A response that is never written releases
 * nothing.
 *
 * @param delegate the response itself
 * @param memory the pooled buffers of the request
 */
record ReleasingResponse(ServerResponse delegate, PooledBuffers memory) implements ServerResponse {

	@Override
	public HttpStatusCode statusCode() {
		return this.delegate.statusCode();
	}

	@Override
	public HttpHeaders headers() {
		return this.delegate.headers();
	}

	@Override
	public MultiValueMap<String, Cookie> cookies() {
		return this.delegate.cookies();
	}

	@Override
	public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
			throws ServletException, IOException {
		try {
			return this.delegate.writeTo(request, response, context);
		}
		finally {
			this.memory.release();
		}
	}

}
