package io.modelserving.openinference.http;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpMethod;

/**
 * Keeps other filters from reading the requests of the protocol as forms. Thread-safe.
 *
 * @param paths knows where the protocol is
 */
public record OpaqueRequestFilter(ProtocolPaths paths) implements Filter {

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		chain.doFilter((request instanceof HttpServletRequest http && HttpMethod.POST.matches(http.getMethod())
				&& this.paths.claims(http.getContextPath(), http.getMethod(), http.getRequestURI()))
						? OpaqueRequest.of(http) : request,
				response);
	}

}
