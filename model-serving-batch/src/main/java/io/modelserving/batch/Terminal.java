package io.modelserving.batch;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Draws a line that is drawn over again and again, if somebody sees it.
 */
final class Terminal {

	private static final long MILLIS = 250;

	private final @Nullable PrintStream stream;

	private int drawn;

	/**
	 * Create a terminal.
	 * @param stream where to draw, {@code null} if nobody sees it
	 */
	Terminal(@Nullable PrintStream stream) {
		this.stream = stream;
	}

	/**
	 * Return the terminal of this process.
	 */
	@SuppressWarnings("SystemConsoleNull")
	static Terminal ofProcess() {
		Console console = System.console();
		return new Terminal((console != null && isTerminal(console)) ? System.err : null);
	}

	/** Since Java 22 there is a console even if input and output are files. */
	private static boolean isTerminal(Console console) {
		try {
			return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
		}
		catch (NoSuchMethodException ex) {
			return true;
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			return false;
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored") // it ends with the timer
	void start(ScheduledExecutorService timer, ScoringProgress progress) {
		if (this.stream != null) {
			timer.scheduleWithFixedDelay(() -> draw(progress.snapshot().bar()), MILLIS, MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	synchronized void draw(String line) {
		if (this.stream != null) {
			this.stream.print("\r" + line + " ".repeat(Math.max(0, this.drawn - line.length())));
			this.stream.flush();
			this.drawn = line.length();
		}
	}

	synchronized void end() {
		if (this.stream != null && this.drawn > 0) {
			this.stream.println();
			this.drawn = 0;
		}
	}

}
