package io.modelserving.image;

import java.util.Locale;

/**
 * Whether OpenCV can be used in this process.
 */
final class OpenCv {

	private static final System.Logger logger = System.getLogger(OpenCv.class.getName());

	private OpenCv() {
	}

	static boolean isAvailable() {
		return Probe.AVAILABLE;
	}

	/**
	 * Loads the native library once, when it is first asked for.
	 */
	private static final class Probe {

		private static final String LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

		static final boolean AVAILABLE = load();

		private static boolean load() {
			liftLimit();
			try {
				Class.forName("org.bytedeco.opencv.global.opencv_imgcodecs");
				return true;
			}
			catch (ClassNotFoundException ex) {
				return false;
			}
			catch (LinkageError ex) {
				logger.log(System.Logger.Level.WARNING,
						"OpenCV is on the class path, but its native library cannot be loaded: {0}. "
								+ "Pictures are read with ImageIO, which is slower.",
						ex.getMessage());
				return false;
			}
		}

		/**
		 * By default, JavaCPP collects garbage, sleeps, and in the end fails once the
		 * process takes four times the memory that the heap may have, which a process
		 * with models does in good health.
		 */
		private static void liftLimit() {
			if (System.getProperty(LIMIT) == null && System.getProperty(LIMIT.toLowerCase(Locale.ROOT)) == null) {
				System.setProperty(LIMIT, "0");
			}
		}

	}

}
