package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A page of the documentation.
 *
 * @param blocks the blocks of code in order
 * @param links the files that it links to
 */
record Readme(List<Block> blocks, List<String> links) {

	/** The root of the repository, seen from the module. */
	static final Path ROOT = Path.of("..");

	private static final Pattern BLOCK = Pattern
		.compile("(?:`([\\w./-]+)`[^`\\n]*(?:\\n[^`\\n]+)?:\\n\\n)?```(\\w+)\\n(.*?)```", Pattern.DOTALL);

	private static final Pattern LINK = Pattern.compile("\\]\\(([\\w./-]+)\\)");

	static Readme read() throws IOException {
		return read("README.md");
	}

	static Readme read(String page) throws IOException {
		String text = Files.readString(ROOT.resolve(page));
		return new Readme(BLOCK.matcher(text)
			.results()
			.map(block -> new Block(block.group(1), block.group(2), block.group(3)))
			.toList(), LINK.matcher(text).results().map(link -> link.group(1)).toList());
	}

	List<String> blocks(String language) {
		return this.blocks.stream().filter(block -> block.language().equals(language)).map(Block::content).toList();
	}

	/**
	 * A block.
	 *
	 * @param file the file that it is the whole of, by the sentence before it, or null
	 * @param language the language that it says it is in
	 * @param content what is in it
	 */
	record Block(@Nullable String file, String language, String content) {
	}

}
