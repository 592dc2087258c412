package io.modelserving.image;

import java.util.Set;
import java.util.function.IntFunction;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

import io.modelserving.image.PictureException.Reason;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;

/**
 * {@link PictureDecoder} that reads JPEG with OpenCV, whose libjpeg-turbo is several
 * times faster than ImageIO and can read at a half, a quarter or an eighth of the size.
 * Other formats are left to another decoder.
 */
final class OpenCvDecoder implements PictureDecoder {

	private final PictureDecoder others;

	private final long maxPixels;

	OpenCvDecoder(PictureDecoder others, long maxPixels) {
		this.others = others;
		this.maxPixels = maxPixels;
	}

	@Override
	public Set<String> mediaTypes() {
		return this.others.mediaTypes();
	}

	@Override
	public Picture decode(byte[] data, Shrink shrink) {
		try (PictureBuffers buffers = PictureBuffers.current()) {
			PixelArray pixels = decode(data, shrink, buffers, byte[]::new);
			return new Picture(pixels.width(), pixels.height(), pixels.format(), pixels.pixels());
		}
	}

	/**
	 * Decode a picture that is not needed for long.
	 * @param data the encoded picture
	 * @param shrink says by how much it may be shrunk
	 * @param buffers memory to decode it in
	 * @return the picture, valid until the memory is used again
	 * @throws PictureException as {@link #decode(byte[])} does
	 */
	PixelArray decode(byte[] data, Shrink shrink, PictureBuffers buffers) {
		return decode(data, shrink, buffers, buffers::pixels);
	}

	private PixelArray decode(byte[] data, Shrink shrink, PictureBuffers buffers, IntFunction<byte[]> allocation) {
		JpegHeader header = JpegHeader.of(data);
		if (header == null) {
			return PixelArray.of(this.others.decode(data, shrink));
		}
		PictureException.requireAtMost(this.maxPixels, header.width(), header.height());
		if (!header.isWhole(data)) {
			throw new PictureException(Reason.MALFORMED, "The picture is cut off");
		}
		ExifOrientation orientation = ExifOrientation.of(data);
		double factor = orientation.isSideways() ? shrink.largestFactor(header.height(), header.width())
				: shrink.largestFactor(header.width(), header.height());
		boolean gray = header.components() == 1;
		if (orientation.isUpright()) {
			return decode(data, gray, factor, buffers.openCv(), allocation);
		}
		PixelArray stored = decode(data, gray, factor, buffers.openCv(), byte[]::new);
		return PixelArray
			.of(orientation.apply(new Picture(stored.width(), stored.height(), stored.format(), stored.pixels())));
	}

	private static PixelArray decode(byte[] data, boolean gray, double factor, OpenCvBuffers buffers,
			IntFunction<byte[]> allocation) {
		int flags = (gray ? grayFlag(factor) : colorFlag(factor)) | IMREAD_IGNORE_ORIENTATION;
		try (Mat decoded = buffers.decode(data, flags)) {
			if (decoded.empty()) {
				throw broken();
			}
			int size = Math.toIntExact(decoded.total() * decoded.elemSize());
			byte[] pixels = allocation.apply(size);
			try (BytePointer memory = decoded.data()) {
				memory.get(pixels, 0, size);
			}
			return new PixelArray(decoded.cols(), decoded.rows(), gray ? PixelFormat.GRAY : PixelFormat.BGR, pixels);
		}
		catch (PictureException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// what OpenCV throws has no type of its own
			throw broken();
		}
	}

	private static PictureException broken() {
		return new PictureException(Reason.MALFORMED, "The picture is broken and cannot be decoded");
	}

	private static int colorFlag(double factor) {
		return (factor >= 8) ? IMREAD_REDUCED_COLOR_8
				: (factor >= 4) ? IMREAD_REDUCED_COLOR_4 : (factor >= 2) ? IMREAD_REDUCED_COLOR_2 : IMREAD_COLOR;
	}

	private static int grayFlag(double factor) {
		return (factor >= 8) ? IMREAD_REDUCED_GRAYSCALE_8 : (factor >= 4) ? IMREAD_REDUCED_GRAYSCALE_4
				: (factor >= 2) ? IMREAD_REDUCED_GRAYSCALE_2 : IMREAD_GRAYSCALE;
	}

}
