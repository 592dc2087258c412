package io.modelserving.openapi;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springdoc.core.models.GroupedOpenApi;
import org.springdoc.core.properties.SpringDocConfigProperties;

import org.springframework.util.AntPathMatcher;
import org.springframework.util.CollectionUtils;

/**
 * Says which operations a document has, by the rules that springdoc has for the methods
 * of controllers: a property {@code springdoc.*} is for all documents, and takes the
 * place of the one of a group. A list that is empty or {@code null} allows everything.
 *
 * @param pathsToMatch patterns of which a path must match one
 * @param pathsToExclude patterns of which a path must match none
 * @param packagesToScan packages, one of which an operation must be from
 * @param packagesToExclude packages that an operation must not be from
 * @param consumesToMatch the media types that an operation must read, no more and no less
 * @param producesToMatch the media types that an operation must write, no more and no
 * less
 * @param headersToMatch headers that an operation must be bound to; ours are to none
 */
public record OperationFilter(@Nullable List<String> pathsToMatch, @Nullable List<String> pathsToExclude,
		@Nullable List<String> packagesToScan, @Nullable List<String> packagesToExclude,
		@Nullable List<String> consumesToMatch, @Nullable List<String> producesToMatch,
		@Nullable List<String> headersToMatch) {

	/** Allows everything. */
	public static final OperationFilter NONE = new OperationFilter(null, null, null, null, null, null, null);

	private static final AntPathMatcher MATCHER = new AntPathMatcher();

	/**
	 * Return the filter of the document without a group.
	 * @param all the application's properties
	 * @return the filter
	 */
	public static OperationFilter of(SpringDocConfigProperties all) {
		return new OperationFilter(all.getPathsToMatch(), all.getPathsToExclude(), all.getPackagesToScan(),
				all.getPackagesToExclude(), all.getConsumesToMatch(), all.getProducesToMatch(),
				all.getHeadersToMatch());
	}

	/**
	 * Return the filter of the document of a group.
	 * @param group the group, for what this filter leaves open
	 * @return the filter
	 */
	public OperationFilter in(GroupedOpenApi group) {
		return new OperationFilter(either(this.pathsToMatch, group.getPathsToMatch()),
				either(this.pathsToExclude, group.getPathsToExclude()),
				either(this.packagesToScan, group.getPackagesToScan()),
				either(this.packagesToExclude, group.getPackagesToExclude()),
				either(this.consumesToMatch, group.getConsumesToMatch()),
				either(this.producesToMatch, group.getProducesToMatch()),
				either(this.headersToMatch, group.getHeadersToMatch()));
	}

	private static @Nullable List<String> either(@Nullable List<String> all, @Nullable List<String> group) {
		return CollectionUtils.isEmpty(all) ? group : all;
	}

	/**
	 * Return whether a document has an operation.
	 * @param packageName the package that the operation is from
	 * @param path the path as the document has it
	 * @param consumes the media types that it reads
	 * @param produces the media types that it writes
	 * @return whether it has
	 */
	public boolean includes(String packageName, String path, Collection<String> consumes, Collection<String> produces) {
		return (isOpen(this.pathsToMatch) || matches(this.pathsToMatch, path)) && !matches(this.pathsToExclude, path)
				&& (isOpen(this.packagesToScan) || contains(this.packagesToScan, packageName))
				&& !contains(this.packagesToExclude, packageName) && isExactly(this.consumesToMatch, consumes)
				&& isExactly(this.producesToMatch, produces) && isOpen(this.headersToMatch);
	}

	private static boolean isOpen(@Nullable List<String> list) {
		return CollectionUtils.isEmpty(list);
	}

	private static boolean matches(@Nullable List<String> patterns, String path) {
		return patterns != null && patterns.stream().anyMatch((pattern) -> MATCHER.match(pattern, path));
	}

	private static boolean contains(@Nullable List<String> packages, String name) {
		return packages != null && packages.stream().anyMatch((own) -> (name + ".").startsWith(own + "."));
	}

	private static boolean isExactly(@Nullable List<String> wanted, Collection<String> types) {
		return wanted == null || wanted.isEmpty() || (wanted.size() == types.size() && types.containsAll(wanted));
	}

}
