package io.modelserving.model.onnx;

/**
 * Identifies a character by two MurmurHash3 values (32 bits) of its UTF-8 encoding. For
 * an input of a given length of up to four bytes, that hash can be undone step by step,
 * so the first value leaves at most one character for each length; the second decides
 * which of them it is. Over all of Unicode, no two characters agree in both.
 */
final class CharacterHashes {

	/** The seed of the first value. */
	static final int SEED = 0;

	/** The seed of the second value. */
	static final int SECOND_SEED = 1;

	private static final int C1 = 0xcc9e2d51;

	private static final int C2 = 0x1b873593;

	private static final int BLOCK = 0xe6546b64;

	private static final int MIX1 = 0x85ebca6b;

	private static final int MIX2 = 0xc2b2ae35;

	private static final int LONGEST = 4;

	private CharacterHashes() {
	}

	/**
	 * Return the character of two hashes.
	 * @param hash the hash with the first seed
	 * @param second the hash with the second seed
	 * @return the code point, -1 if there is none
	 */
	static int codePoint(int hash, int second) {
		for (int length = 1; length <= LONGEST; length++) {
			int bytes = undo(hash, length);
			int codePoint = (length == LONGEST || bytes >>> (8 * length) == 0) ? decode(bytes, length) : -1;
			if (codePoint >= 0 && hash(bytes, length, SECOND_SEED) == second) {
				return codePoint;
			}
		}
		return -1;
	}

	/**
	 * Hash up to four bytes.
	 * @param bytes the bytes, the first in the lowest place
	 * @param length how many there are
	 * @param seed the seed
	 * @return the hash
	 */
	static int hash(int bytes, int length, int seed) {
		int hash = seed ^ (Integer.rotateLeft(bytes * C1, 15) * C2);
		if (length == LONGEST) {
			hash = Integer.rotateLeft(hash, 13) * 5 + BLOCK;
		}
		hash ^= length;
		hash = (hash ^ (hash >>> 16)) * MIX1;
		hash = (hash ^ (hash >>> 13)) * MIX2;
		return hash ^ (hash >>> 16);
	}

	private static int undo(int value, int length) {
		int hash = (value ^ (value >>> 16)) * inverse(MIX2);
		hash = (hash ^ (hash >>> 13) ^ (hash >>> 26)) * inverse(MIX1);
		hash ^= (hash >>> 16) ^ length;
		if (length == LONGEST) {
			hash = Integer.rotateRight((hash - BLOCK) * inverse(5), 13);
		}
		return Integer.rotateRight((hash ^ SEED) * inverse(C2), 15) * inverse(C1);
	}

	private static int inverse(int odd) {
		int inverse = odd;
		for (int i = 0; i < 4; i++) {
			inverse *= 2 - odd * inverse;
		}
		return inverse;
	}

	private static int decode(int bytes, int length) {
		int lead = bytes & 0xff;
		int codePoint = switch (length) {
			case 1 -> (lead < 0x80) ? lead : -1;
			case 2 -> (lead >= 0xc0 && lead < 0xe0) ? lead & 0x1f : -1;
			case 3 -> (lead >= 0xe0 && lead < 0xf0) ? lead & 0x0f : -1;
			default -> (lead >= 0xf0 && lead < 0xf8) ? lead & 0x07 : -1;
		};
		for (int i = 1; i < length && codePoint >= 0; i++) {
			int following = (bytes >>> (8 * i)) & 0xff;
			codePoint = ((following & 0xc0) == 0x80) ? (codePoint << 6) | (following & 0x3f) : -1;
		}
		return (codePoint <= Character.MAX_CODE_POINT && encode(codePoint) == bytes) ? codePoint : -1;
	}

	/**
	 * Return the UTF-8 encoding of a character.
	 * @param codePoint the code point
	 * @return the bytes, the first in the lowest place; 0 for none
	 */
	private static int encode(int codePoint) {
		if (codePoint < 0x80) {
			return Math.max(0, codePoint);
		}
		if (codePoint < 0x800) {
			return 0xc0 | (codePoint >> 6) | (following(codePoint) << 8);
		}
		if (codePoint < 0x10000) {
			return 0xe0 | (codePoint >> 12) | (following(codePoint >> 6) << 8) | (following(codePoint) << 16);
		}
		return 0xf0 | (codePoint >> 18) | (following(codePoint >> 12) << 8) | (following(codePoint >> 6) << 16)
				| (following(codePoint) << 24);
	}

	private static int following(int bits) {
		return 0x80 | (bits & 0x3f);
	}

}
