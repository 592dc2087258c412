package io.modelserving.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

import io.modelserving.image.PictureException.Reason;

/**
 * {@link PictureDecoder} by ImageIO. Only formats are read that are common in requests,
 * whatever plugins there are: each further reader is a further surface for broken input.
 */
final class ImageIoDecoder implements PictureDecoder {

	private static final Map<String, String> MEDIA_TYPES = Map.of("jpeg", "image/jpeg", "png", "image/png", "gif",
			"image/gif", "bmp", "image/bmp", "webp", "image/webp");

	private final long maxPixels;

	private final Map<String, String> formats = new LinkedHashMap<>();

	ImageIoDecoder(long maxPixels) {
		if (maxPixels < 1) {
			throw new IllegalArgumentException("max-pixels is %d; it must be at least 1".formatted(maxPixels));
		}
		this.maxPixels = maxPixels;
		for (String name : new TreeSet<>(Set.of(ImageIO.getReaderFormatNames()))) {
			String format = name.toLowerCase(Locale.ROOT);
			if (MEDIA_TYPES.containsKey(format)) {
				this.formats.put(format, MEDIA_TYPES.get(format));
			}
		}
	}

	@Override
	public Set<String> mediaTypes() {
		return new TreeSet<>(this.formats.values());
	}

	@Override
	public Picture decode(byte[] data, Shrink shrink) {
		try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(data))) {
			ImageReader reader = readerFor(stream);
			try {
				return ExifOrientation.of(data).apply(decode(reader, stream));
			}
			finally {
				reader.dispose();
			}
		}
		catch (PictureException ex) {
			throw ex;
		}
		catch (IOException | RuntimeException ex) {
			// the readers throw all kinds of runtime exceptions on broken input
			throw new PictureException(Reason.MALFORMED, "The picture is broken and cannot be decoded");
		}
	}

	private ImageReader readerFor(ImageInputStream stream) throws IOException {
		Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
		while (readers.hasNext()) {
			ImageReader reader = readers.next();
			if (this.formats.containsKey(reader.getFormatName().toLowerCase(Locale.ROOT))) {
				return reader;
			}
			reader.dispose();
		}
		throw new PictureException(Reason.UNSUPPORTED_FORMAT,
				"The body is no picture of an accepted format; send " + String.join(", ", mediaTypes()));
	}

	private Picture decode(ImageReader reader, ImageInputStream stream) throws IOException {
		reader.setInput(stream, true, true);
		int width = reader.getWidth(0);
		int height = reader.getHeight(0);
		PictureException.requireAtMost(this.maxPixels, width, height);
		AtomicBoolean cutOff = new AtomicBoolean();
		reader.addIIOReadWarningListener((source, warning) -> cutOff.compareAndSet(false,
				warning.startsWith("Premature end") || warning.startsWith("Truncated")));
		BufferedImage image = reader.read(0);
		if (cutOff.get()) {
			throw new PictureException(Reason.MALFORMED, "The picture is cut off");
		}
		return Pixels.of(image);
	}

}
