package io.modelserving.actuate;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import io.modelserving.model.Quoted;

import org.springframework.boot.convert.DurationStyle;

/**
 * Reads the parameters of an operation, which are text.
 *
 * @param values the parameters by name; what is not there stays as it is
 */
record ManagementParameters(Map<String, String> values) {

	boolean has(String name) {
		return this.values.containsKey(name);
	}

	boolean isBlank(String name) {
		return this.values.getOrDefault(name, "").isBlank();
	}

	String text(String name) {
		return this.values.getOrDefault(name, "").strip();
	}

	int integer(String name, int otherwise) {
		return has(name) ? read(name, "a whole number", Integer::parseInt) : otherwise;
	}

	List<Integer> integers(String name) {
		return read(name, "whole numbers, such as 1,2,4",
				(value) -> Arrays.stream(value.split(",")).map(String::strip).map(Integer::valueOf).toList());
	}

	long version(String name) {
		return read(name, "a version, which is a positive whole number", Long::parseLong);
	}

	double number(String name, double otherwise) {
		return has(name) ? read(name, "a number, such as 0.1", Double::parseDouble) : otherwise;
	}

	boolean flag(String name) {
		return read(name, "true or false", (value) -> switch (value) {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IllegalArgumentException(value);
		});
	}

	Duration duration(String name, Duration otherwise) {
		return has(name) ? read(name, "a duration, such as 5ms",
				(value) -> DurationStyle.detectAndParse(value, ChronoUnit.MILLIS)) : otherwise;
	}

	SortedMap<Long, Integer> weights(String name) {
		SortedMap<Long, Integer> weights = new TreeMap<>();
		pairs(name, "weights by version, such as 1=95,2=5")
			.forEach((version, weight) -> weights.put(Long.valueOf(version), Integer.valueOf(weight)));
		return weights;
	}

	SortedMap<String, Long> labels(String name) {
		SortedMap<String, Long> labels = new TreeMap<>();
		pairs(name, "versions by label, such as stable=1,canary=2")
			.forEach((label, version) -> labels.put(label, Long.valueOf(version)));
		return labels;
	}

	private Map<String, String> pairs(String name, String wanted) {
		boolean numbers = name.equals("weights");
		return read(name, wanted, (value) -> {
			Map<String, String> pairs = new TreeMap<>();
			for (String pair : value.isEmpty() ? new String[0] : value.split(",")) {
				String[] sides = pair.split("=", -1);
				if (sides.length != 2 || !isNumber(sides[1]) || (numbers && !isNumber(sides[0]))
						|| pairs.put(sides[0].strip(), sides[1].strip()) != null) {
					throw new IllegalArgumentException(pair);
				}
			}
			return pairs;
		});
	}

	private static boolean isNumber(String text) {
		return text.strip().matches("-?\\d{1,9}");
	}

	private <T> T read(String name, String wanted, Function<String, T> reader) {
		String value = text(name);
		try {
			return reader.apply(value);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw new IllegalArgumentException("%s is %s; it must be %s".formatted(name, Quoted.name(value), wanted),
					ex);
		}
	}

}
