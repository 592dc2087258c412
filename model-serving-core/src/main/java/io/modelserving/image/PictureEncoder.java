package io.modelserving.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes pictures.
 */
public final class PictureEncoder {

	public static final String PNG = "image/png";

	public static final String JPEG = "image/jpeg";

	/** The media types that can be written, the one without loss first. */
	public static final List<String> MEDIA_TYPES = List.of(PNG, JPEG);

	private static final float JPEG_QUALITY = 0.9f;

	private PictureEncoder() {
	}

	/**
	 * Encode a picture.
	 * @param picture the picture
	 * @param mediaType one of {@link #MEDIA_TYPES}
	 * @return the encoded picture
	 */
	public static byte[] encode(Picture picture, String mediaType) {
		return write(toImage(picture), mediaType);
	}

	/**
	 * Encode an image of the JDK.
	 * @param image the image; as JPEG, which knows no transparency, it is put on white
	 * @param mediaType one of {@link #MEDIA_TYPES}
	 * @return the encoded image
	 */
	public static byte[] encode(BufferedImage image, String mediaType) {
		return mediaType.equals(JPEG) ? encode(Picture.of(image), mediaType) : write(image, mediaType);
	}

	private static BufferedImage toImage(Picture picture) {
		boolean gray = picture.format() == PixelFormat.GRAY;
		BufferedImage image = new BufferedImage(picture.width(), picture.height(),
				gray ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
		byte[] target = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
		PixelFormat source = picture.format();
		int step = source.channels();
		for (int pixel = 0; pixel < target.length; pixel += step) {
			for (int channel = 0; channel < step; channel++) {
				int offset = gray ? 0 : PixelFormat.BGR.offset(channel);
				target[pixel + offset] = picture.pixels()[pixel + source.offset(channel)];
			}
		}
		return image;
	}

	private static byte[] write(BufferedImage image, String mediaType) {
		if (!MEDIA_TYPES.contains(mediaType)) {
			throw new IllegalArgumentException("%s cannot be written; there are %s".formatted(mediaType, MEDIA_TYPES));
		}
		ImageWriter writer = ImageIO.getImageWritersByMIMEType(mediaType).next();
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try (ImageOutputStream stream = new MemoryCacheImageOutputStream(target)) {
			ImageWriteParam parameters = writer.getDefaultWriteParam();
			if (mediaType.equals(JPEG)) {
				parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
				parameters.setCompressionQuality(JPEG_QUALITY);
			}
			writer.setOutput(stream);
			writer.write(null, new IIOImage(image, null, null), parameters);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			writer.dispose();
		}
		return target.toByteArray();
	}

}
