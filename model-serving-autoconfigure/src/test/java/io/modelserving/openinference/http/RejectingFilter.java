package io.modelserving.openinference.http;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Stands for an application's security: rejects a request or fails, if the request says
 * so.
 */
public final class RejectingFilter extends OncePerRequestFilter {

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String reject = request.getHeader("X-Reject");
		if (reject == null) {
			chain.doFilter(request, response);
		}
		else if (reject.equals("500")) {
			throw new IllegalStateException("a secret of the filter");
		}
		else {
			response.sendError(Integer.parseInt(reject), "rejected");
		}
	}

}
