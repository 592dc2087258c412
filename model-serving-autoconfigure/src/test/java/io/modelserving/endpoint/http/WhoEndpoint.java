package io.modelserving.endpoint.http;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;

/**
 * Says what belongs to the thread that calls it.
 */
@ModelEndpoint(path = "/who", model = "echo")
class WhoEndpoint implements ModelHandler<WhoEndpoint.Question, List<String>> {

	private volatile @Nullable String last;

	private static String context() {
		Authentication user = SecurityContextHolder.getContext().getAuthentication();
		ServletRequestAttributes request = (ServletRequestAttributes) RequestContextHolder.getRequestAttributes();
		return "%s %s %s %s".formatted((user != null) ? user.getName() : null, MDC.get("trace"),
				(request != null) ? request.getRequest().getHeader("X-Trace") : null,
				LocaleContextHolder.getLocale().getLanguage());
	}

	@Override
	public NamedTensors encode(Question request) {
		this.last = context();
		return TestHandlers.inputs(request.value());
	}

	@Override
	public List<String> decode(Question request, NamedTensors outputs) {
		return List.of(String.valueOf(this.last), context());
	}

	record Question(float value) {
	}

}
