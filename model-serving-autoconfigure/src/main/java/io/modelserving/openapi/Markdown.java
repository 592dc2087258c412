package io.modelserving.openapi;

import java.util.regex.Pattern;

/**
 * Text that stands in a description of an OpenAPI document, which browsers render as
 * Markdown.
 */
public final class Markdown {

	private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_\\[\\]()#~|!]");

	private Markdown() {
	}

	/**
	 * Make of a text what shows as this text: no markup, no link, no picture, no HTML.
	 * @param text the text, which may be from the file of a model
	 * @return the text in Markdown
	 */
	public static String escape(String text) {
		return SPECIAL.matcher(html(text)).replaceAll("\\\\$0");
	}

	/**
	 * Make of a name what shows as this name whether it is taken for HTML or not, as far
	 * as it has nothing that HTML acts on.
	 * @param name the name
	 * @return the name without tags
	 */
	public static String html(String name) {
		return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
	}

}
