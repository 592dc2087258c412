package io.modelserving.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

/**
 * Native memory of OpenCV, used for one picture after the other. Not thread-safe.
 */
final class OpenCvBuffers implements AutoCloseable {

	private final Mat decoded = new Mat();

	private BytePointer encoded = new BytePointer();

	/**
	 * Decode a picture.
	 * @param data the encoded picture
	 * @param flags how, as {@code imdecode} takes it
	 * @return the picture, valid until the next one is decoded; to be closed; empty if it
	 * cannot be decoded, whatever the memory held before
	 */
	Mat decode(byte[] data, int flags) {
		if (this.encoded.capacity() < data.length) {
			this.encoded.close();
			this.encoded = new BytePointer(data.length);
		}
		this.encoded.put(data, 0, data.length);
		try (Mat bytes = new Mat(1, data.length, CV_8UC1, this.encoded)) {
			return imdecode(bytes, flags, this.decoded);
		}
	}

	/**
	 * Give memory back that is larger than is to be kept.
	 * @param maxBytes the most that is to be kept of each
	 */
	void trim(int maxBytes) {
		if (this.encoded.capacity() > maxBytes) {
			this.encoded.close();
			this.encoded = new BytePointer();
		}
		if (this.decoded.total() * this.decoded.elemSize() > maxBytes) {
			this.decoded.release();
		}
	}

	@Override
	public void close() {
		this.encoded.close();
		this.decoded.close();
	}

}
