package io.modelserving.image;

import java.util.Set;

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
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

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
		JpegHeader header = JpegHeader.of(data);
		if (header == null) {
			return this.others.decode(data, shrink);
		}
		PictureException.requireAtMost(this.maxPixels, header.width(), header.height());
		if (!header.isWhole(data)) {
			throw new PictureException(Reason.MALFORMED, "The picture is cut off");
		}
		ExifOrientation orientation = ExifOrientation.of(data);
		double factor = orientation.isSideways() ? shrink.largestFactor(header.height(), header.width())
				: shrink.largestFactor(header.width(), header.height());
		return orientation.apply(decode(data, header.components() == 1, factor));
	}

	private static Picture decode(byte[] data, boolean gray, double factor) {
		try (BytePointer bytes = new BytePointer(data);
				Mat encoded = new Mat(1, data.length, org.bytedeco.opencv.global.opencv_core.CV_8UC1, bytes);
				Mat decoded = imdecode(encoded,
						(gray ? grayFlag(factor) : colorFlag(factor)) | IMREAD_IGNORE_ORIENTATION)) {
			if (decoded.empty()) {
				throw broken();
			}
			byte[] pixels = new byte[Math.toIntExact(decoded.total() * decoded.elemSize())];
			decoded.data().get(pixels);
			return new Picture(decoded.cols(), decoded.rows(), gray ? PixelFormat.GRAY : PixelFormat.BGR, pixels);
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
