package io.modelserving.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.support.WebContentGenerator;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Fails the start of an application that maps a path and method twice: by a route that
 * has the attribute {@link #OWNER}, and by another such route, a controller, a router
 * function or a view controller. Otherwise one of the two would never be asked. A mapping
 * that is less specific, such as <code>/**</code> or <code>/{page}</code>, is no
 * conflict: the specific route goes before it, as among controllers.
 */
public final class PathConflicts implements SmartInitializingSingleton {

	/** Attribute of the routes that must be the only ones, an {@link Owner}. */
	public static final String OWNER = PathConflicts.class.getName() + ".OWNER";

	private final ListableBeanFactory beans;

	public PathConflicts(ListableBeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<Claim> claims = new ArrayList<>();
		this.beans.getBeansOfType(RouterFunction.class, true, false)
			.forEach((name, function) -> claims.addAll(RouteClaims.of(function, "router function", name)));
		List<Claim> others = new ArrayList<>(claims);
		for (HandlerMapping mapping : this.beans.getBeansOfType(HandlerMapping.class, true, false).values()) {
			addClaims(others, mapping);
		}
		Map<Owner, List<String>> conflicts = claims.stream()
			.filter((claim) -> claim.owner() != null)
			.flatMap((claim) -> others.stream()
				.filter((other) -> other.isAheadOf(claim))
				.map((other) -> new Conflict(claim, other)))
			.collect(Collectors.groupingBy(Conflict::owner,
					Collectors.mapping(Conflict::toString, Collectors.toList())));
		if (!conflicts.isEmpty()) {
			throw new FailureAnalyzedException(lines(conflicts.values().stream().flatMap(List::stream)),
					lines(conflicts.keySet().stream().map(Owner::remedy)));
		}
	}

	private static String lines(Stream<String> lines) {
		return lines.distinct().sorted().collect(Collectors.joining(System.lineSeparator()));
	}

	private static void addClaims(List<Claim> claims, HandlerMapping mapping) {
		if (mapping instanceof RequestMappingInfoHandlerMapping controllers) {
			controllers.getHandlerMethods()
				.forEach((info, method) -> info.getPatternValues()
					.forEach((pattern) -> claims.add(new Claim(describe(method), null,
							info.getMethodsCondition()
								.getMethods()
								.stream()
								.map(RequestMethod::asHttpMethod)
								.collect(Collectors.toSet()),
							pattern))));
		}
		else if (mapping instanceof AbstractUrlHandlerMapping handlers) {
			handlers.getHandlerMap()
				.forEach((pattern, handler) -> claims
					.add(new Claim("handler " + ((handler instanceof String name) ? "\"" + name + "\"" : handler), null,
							methods(handler), pattern)));
		}
	}

	private static String describe(HandlerMethod method) {
		Object bean = method.getBean();
		return "method %s.%s of the controller%s".formatted(method.getBeanType().getName(),
				method.getMethod().getName(), (bean instanceof String name) ? " \"" + name + "\"" : "");
	}

	private static Set<HttpMethod> methods(Object handler) {
		String[] methods = (handler instanceof WebContentGenerator generator) ? generator.getSupportedMethods() : null;
		return (methods != null) ? Set.of(methods).stream().map(HttpMethod::valueOf).collect(Collectors.toSet())
				: Set.of();
	}

	/**
	 * Who claims a route.
	 *
	 * @param name who, such as {@code @ModelEndpoint "price"}
	 * @param remedy what to do about a conflict
	 */
	public record Owner(String name, String remedy) {
	}

	private record Conflict(Claim own, Claim other) {

		Owner owner() {
			return Objects.requireNonNull(this.own.owner());
		}

		@Override
		public String toString() {
			return "%s of the %s is also mapped, as %s, by the %s".formatted(this.own, owner().name(), this.other,
					(this.other.owner() != null) ? this.other.owner().name() : this.other.holder());
		}

	}

	/**
	 * A path and methods that a handler serves.
	 *
	 * @param holder who, in words
	 * @param owner who, if it must be the only one
	 * @param methods the methods; none stands for all
	 * @param pattern the pattern of the path
	 */
	record Claim(String holder, @Nullable Owner owner, Set<HttpMethod> methods, String pattern) {

		private static final PathPatternParser PARSER = PathPatternParser.defaultInstance;

		boolean isAheadOf(Claim own) {
			return this != own && sharesMethod(own) && overlaps(segments(this.pattern), segments(own.pattern))
					&& PathPattern.SPECIFICITY_COMPARATOR.compare(PARSER.parse(this.pattern),
							PARSER.parse(own.pattern)) <= 0
					&& !(this.owner != null && this.owner.equals(own.owner));
		}

		private boolean sharesMethod(Claim other) {
			return this.methods.isEmpty() || other.methods.isEmpty()
					|| this.methods.stream().anyMatch(other.methods::contains);
		}

		private static List<String> segments(String pattern) {
			List<String> segments = new ArrayList<>();
			int start = 0;
			int depth = 0;
			for (int index = 0; index < pattern.length(); index++) {
				char c = pattern.charAt(index);
				depth += (c == '{') ? 1 : (c == '}') ? -1 : 0;
				if (c == '/' && depth == 0) {
					segments.add(pattern.substring(start, index));
					start = index + 1;
				}
			}
			segments.add(pattern.substring(start));
			return segments;
		}

		private static boolean overlaps(List<String> a, List<String> b) {
			if (a.isEmpty() && b.isEmpty()) {
				return true;
			}
			if (!a.isEmpty() && isMany(a.get(0))) {
				return overlaps(rest(a), b) || (!b.isEmpty() && overlaps(a, rest(b)));
			}
			if (!b.isEmpty() && isMany(b.get(0))) {
				return overlaps(b, a);
			}
			return !a.isEmpty() && !b.isEmpty() && sharesSegment(a.get(0), b.get(0)) && overlaps(rest(a), rest(b));
		}

		private static boolean sharesSegment(String a, String b) {
			if (isLiteral(a)) {
				return isLiteral(b) ? a.equals(b) : matches(b, a);
			}
			// two patterns of one segment are taken to have a word in common
			return !isLiteral(b) || matches(a, b);
		}

		private static boolean matches(String pattern, String word) {
			return PARSER.parse("/" + pattern).matches(PathContainer.parsePath("/" + word));
		}

		private static boolean isLiteral(String segment) {
			return segment.chars().noneMatch((c) -> c == '{' || c == '*' || c == '?');
		}

		private static boolean isMany(String segment) {
			return segment.equals("**") || segment.startsWith("{*");
		}

		private static List<String> rest(List<String> segments) {
			return segments.subList(1, segments.size());
		}

		@Override
		public String toString() {
			String names = this.methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
			return names.isEmpty() ? this.pattern : names + " " + this.pattern;
		}

	}

}
