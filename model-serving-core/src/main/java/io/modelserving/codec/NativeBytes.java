package io.modelserving.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Brings elements into the machine's byte order.
 */
final class NativeBytes {

	private NativeBytes() {
	}

	/**
	 * Copy elements.
	 * @param source the elements, in the order that the buffer says; left as it is
	 * @param elementBytes the size of one element: 1, 2, 4 or 8
	 * @return a new buffer in the machine's byte order, of all elements
	 */
	static ByteBuffer copy(ByteBuffer source, int elementBytes) {
		ByteBuffer target = ByteBuffer.allocate(source.remaining()).order(ByteOrder.nativeOrder());
		if (elementBytes == 1 || source.order() == ByteOrder.nativeOrder()) {
			target.put(source.duplicate());
			return target.flip();
		}
		ByteBuffer elements = source.duplicate().order(source.order());
		while (elements.hasRemaining()) {
			switch (elementBytes) {
				case 2 -> target.putShort(elements.getShort());
				case 4 -> target.putInt(elements.getInt());
				default -> target.putLong(elements.getLong());
			}
		}
		return target.flip();
	}

}
