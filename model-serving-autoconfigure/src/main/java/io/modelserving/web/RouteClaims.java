package io.modelserving.web;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;

import io.modelserving.web.PathConflicts.Claim;
import io.modelserving.web.PathConflicts.Owner;

/**
 * Reads the paths and methods of a router function out of its predicates. Other
 * conditions of a predicate are assumed to hold.
 */
final class RouteClaims implements RouterFunctions.Visitor, RequestPredicates.Visitor {

	private final String holder;

	private final List<Claim> claims = new ArrayList<>();

	private final Deque<List<Term>> nesting = new ArrayDeque<>(List.of(Term.ANY));

	private final Deque<List<Term>> terms = new ArrayDeque<>();

	private Map<String, Object> attributes = Map.of();

	private RouteClaims(String holder) {
		this.holder = holder;
	}

	/**
	 * Return the paths that a router function serves.
	 * @param function the function
	 * @param kind what it is, in words
	 * @param name the name of its bean
	 * @return the paths that can be derived
	 */
	static List<Claim> of(RouterFunction<?> function, String kind, String name) {
		RouteClaims visitor = new RouteClaims("%s \"%s\"".formatted(kind, name));
		function.accept(visitor);
		return visitor.claims;
	}

	@Override
	public void startNested(RequestPredicate predicate) {
		this.nesting.push(Term.both(this.nesting.element(), read(predicate)));
	}

	@Override
	public void endNested(RequestPredicate predicate) {
		this.nesting.pop();
	}

	@Override
	public void route(RequestPredicate predicate, HandlerFunction<?> handlerFunction) {
		Owner owner = (this.attributes.get(PathConflicts.OWNER) instanceof Owner own) ? own : null;
		this.attributes = Map.of();
		for (Term term : Term.both(this.nesting.element(), read(predicate))) {
			if (!term.path().isEmpty() && (term.methods() == null || !term.methods().isEmpty())) {
				this.claims.add(new Claim(this.holder, owner, (term.methods() != null) ? term.methods() : Set.of(),
						term.path()));
			}
		}
	}

	@Override
	public void resources(Function<ServerRequest, Optional<Resource>> lookupFunction) {
		// responds only where a file exists
	}

	@Override
	public void attributes(Map<String, Object> attributes) {
		this.attributes = attributes;
	}

	@Override
	public void unknown(RouterFunction<?> routerFunction) {
		// a function in code, such as one that was decided for each request
	}

	private List<Term> read(RequestPredicate predicate) {
		predicate.accept(this);
		return this.terms.pop();
	}

	@Override
	public void method(Set<HttpMethod> methods) {
		this.terms.push(List.of(new Term(methods, "")));
	}

	@Override
	public void path(String pattern) {
		this.terms.push(List.of(new Term(null, pattern)));
	}

	@Override
	public void pathExtension(String extension) {
		this.terms.push(Term.ANY);
	}

	@Override
	public void header(String name, String value) {
		this.terms.push(Term.ANY);
	}

	@Override
	public void param(String name, String value) {
		this.terms.push(Term.ANY);
	}

	@Override
	public void version(String version) {
		this.terms.push(Term.ANY);
	}

	@Override
	public void unknown(RequestPredicate predicate) {
		this.terms.push(Term.ANY);
	}

	@Override
	public void startAnd() {
		// both sides follow
	}

	@Override
	public void and() {
		// the second side follows
	}

	@Override
	public void endAnd() {
		List<Term> second = this.terms.pop();
		this.terms.push(Term.both(this.terms.pop(), second));
	}

	@Override
	public void startOr() {
		// both sides follow
	}

	@Override
	public void or() {
		// the second side follows
	}

	@Override
	public void endOr() {
		List<Term> either = new ArrayList<>(this.terms.pop());
		either.addAll(this.terms.pop());
		this.terms.push(either);
	}

	@Override
	public void startNegate() {
		// what is negated follows
	}

	@Override
	public void endNegate() {
		this.terms.pop();
		this.terms.push(Term.ANY);
	}

	/**
	 * What a predicate asks of method and path.
	 *
	 * @param methods the methods, {@code null} for all
	 * @param path the path, empty for any
	 */
	private record Term(@Nullable Set<HttpMethod> methods, String path) {

		private static final List<Term> ANY = List.of(new Term(null, ""));

		static List<Term> both(List<Term> first, List<Term> second) {
			return first.stream().flatMap((one) -> second.stream().map(one::and)).toList();
		}

		/** Of two paths the second one is nested in the first. */
		private Term and(Term other) {
			return new Term(
					(this.methods == null) ? other.methods
							: (other.methods == null) ? this.methods
									: this.methods.stream().filter(other.methods::contains).collect(Collectors.toSet()),
					(this.path.endsWith("/") && other.path.startsWith("/"))
							? this.path.substring(0, this.path.length() - 1) + other.path : this.path + other.path);
		}

	}

}
