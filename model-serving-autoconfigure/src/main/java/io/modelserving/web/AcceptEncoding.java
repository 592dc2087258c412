package io.modelserving.web;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Chooses how a response is compressed, by RFC 9110, 12.5.3. A client without the header
 * gets the response uncompressed; so does one that accepts none of the codings here.
 */
final class AcceptEncoding {

	private AcceptEncoding() {
	}

	/**
	 * Choose a coding.
	 * @param header the header {@code Accept-Encoding}, empty if there is none
	 * @return the coding that the client likes best
	 */
	static ContentCoding choose(String header) {
		Map<ContentCoding, Double> weights = new EnumMap<>(ContentCoding.class);
		double others = -1;
		for (String entry : header.toLowerCase(Locale.ROOT).split(",", -1)) {
			String[] parts = entry.split(";", -1);
			double weight = weight(parts);
			ContentCoding coding = ContentCoding.find(parts[0].strip());
			if (coding != null) {
				weights.put(coding, weight);
			}
			else if (parts[0].strip().equals("*")) {
				others = weight;
			}
		}
		return best(weights, others);
	}

	private static ContentCoding best(Map<ContentCoding, Double> weights, double others) {
		ContentCoding best = ContentCoding.IDENTITY;
		double bestWeight = 0;
		for (ContentCoding coding : ContentCoding.values()) {
			double weight = weights.getOrDefault(coding, (coding != ContentCoding.IDENTITY) ? others : -1.0);
			if (weight > bestWeight && coding.isAvailable()) {
				best = coding;
				bestWeight = weight;
			}
		}
		return best;
	}

	private static double weight(String[] parts) {
		for (int i = 1; i < parts.length; i++) {
			String parameter = parts[i].strip();
			if (parameter.startsWith("q=")) {
				return parse(parameter.substring(2).strip());
			}
		}
		return 1;
	}

	private static double parse(String weight) {
		try {
			double parsed = Double.parseDouble(weight);
			return (parsed >= 0 && parsed <= 1) ? parsed : 0;
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

}
