package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Arithmetic on {@link SymbolicInt}s. What cannot be computed becomes a symbol of its
 * own, the same one for the same operation on the same numbers. Used by one thread.
 */
final class Symbols {

	private static final int TERM_LIMIT = 12;

	private final Map<List<Object>, Atom> results = new HashMap<>();

	private int atoms;

	/**
	 * Return a symbol that equals no other.
	 * @param nonNegative whether its value is known to be at least zero
	 * @return the symbol; its value is the same for any number of rows
	 */
	SymbolicInt fresh(boolean nonNegative) {
		return SymbolicInt.of(new Atom(++this.atoms, false, nonNegative, true, List.of()));
	}

	/**
	 * Return a symbol for a number with a fraction.
	 */
	SymbolicInt fraction(boolean nonNegative) {
		return SymbolicInt.of(new Atom(++this.atoms, false, nonNegative, false, List.of()));
	}

	/**
	 * Return the symbol for the result of an operation that is not computed.
	 */
	SymbolicInt result(String operation, boolean nonNegative, SymbolicInt... operands) {
		return SymbolicInt.of(atom(operation, nonNegative, List.of(operands), List.of()));
	}

	private Atom atom(String operation, boolean nonNegative, List<SymbolicInt> operands, List<SymbolicInt> terms) {
		List<Object> key = new ArrayList<>(operands);
		key.add(operation);
		boolean ofRows = operands.stream().anyMatch(SymbolicInt::ofRows);
		boolean whole = !operation.equals("quotient") && operands.stream().allMatch(SymbolicInt::whole);
		return this.results.computeIfAbsent(key, (any) -> new Atom(++this.atoms, ofRows, nonNegative, whole, terms));
	}

	/**
	 * Return a number without its fraction.
	 * @param operation the kind of rounding
	 */
	SymbolicInt whole(String operation, SymbolicInt number) {
		if (number.whole()) {
			return number;
		}
		List<Object> key = List.of(number, operation);
		return SymbolicInt.of(this.results.computeIfAbsent(key,
				(any) -> new Atom(++this.atoms, number.ofRows(), number.nonNegative(), true, List.of())));
	}

	SymbolicInt product(SymbolicInt a, SymbolicInt b) {
		SymbolicInt product = a.times(b);
		return (product != null) ? product : result("product", a.nonNegative() && b.nonNegative(), a, b);
	}

	SymbolicInt product(List<SymbolicInt> factors) {
		return factors.stream().reduce(SymbolicInt.ONE, this::product);
	}

	SymbolicInt difference(SymbolicInt a, SymbolicInt b) {
		return sum(a, product(SymbolicInt.of(-1), b));
	}

	SymbolicInt sum(SymbolicInt a, SymbolicInt b) {
		Map<List<Atom>, Long> factors = new HashMap<>();
		boolean computed = addTerms(factors, a) && addTerms(factors, b);
		List<SymbolicInt> terms = new ArrayList<>();
		factors.forEach((atoms, factor) -> {
			if (factor != 0) {
				terms.add(new SymbolicInt(factor, atoms));
			}
		});
		if (!computed || terms.size() > TERM_LIMIT) {
			return result("sum", a.nonNegative() && b.nonNegative(), a, b);
		}
		if (terms.size() <= 1) {
			return terms.isEmpty() ? SymbolicInt.ZERO : terms.get(0);
		}
		return sum(terms);
	}

	private static boolean addTerms(Map<List<Atom>, Long> factors, SymbolicInt number) {
		List<SymbolicInt> terms = (number.atoms().size() == 1) ? number.atoms().get(0).terms() : List.of();
		try {
			if (terms.isEmpty()) {
				factors.merge(number.atoms(), number.factor(), Math::addExact);
			}
			for (SymbolicInt term : terms) {
				factors.merge(term.atoms(), Math.multiplyExact(term.factor(), number.factor()), Math::addExact);
			}
			return true;
		}
		catch (ArithmeticException ex) {
			return false;
		}
	}

	/**
	 * Return the sum of several terms with what they have in common in front, so that
	 * equal sums are found to be equal.
	 */
	private SymbolicInt sum(List<SymbolicInt> terms) {
		List<Atom> common = new ArrayList<>(terms.get(0).atoms());
		long divisor = 0;
		for (SymbolicInt term : terms) {
			List<Atom> rest = new ArrayList<>(term.atoms());
			common.removeIf((atom) -> !rest.remove(atom));
			divisor = gcd(divisor, term.factor());
		}
		SymbolicInt front = new SymbolicInt(divisor, List.copyOf(common));
		List<SymbolicInt> rests = new ArrayList<>();
		for (SymbolicInt term : terms) {
			SymbolicInt rest = term.dividedBy(front);
			if (rest == null) {
				throw new IllegalStateException("%s does not divide %s".formatted(front, term));
			}
			rests.add(rest);
		}
		rests.sort(Symbols::compare);
		boolean nonNegative = rests.stream().allMatch(SymbolicInt::nonNegative);
		return product(front, SymbolicInt.of(atom("terms", nonNegative, rests, rests)));
	}

	private static long gcd(long a, long b) {
		return (b == 0) ? Math.abs(a) : gcd(b, a % b);
	}

	private static int compare(SymbolicInt a, SymbolicInt b) {
		for (int i = 0; i < Math.min(a.atoms().size(), b.atoms().size()); i++) {
			int order = a.atoms().get(i).compareTo(b.atoms().get(i));
			if (order != 0) {
				return order;
			}
		}
		int order = Integer.compare(a.atoms().size(), b.atoms().size());
		return (order != 0) ? order : Long.compare(a.factor(), b.factor());
	}

	/**
	 * Return a quotient, be it rounded or not: only exact ones are computed.
	 */
	SymbolicInt quotient(SymbolicInt a, SymbolicInt b) {
		SymbolicInt exact = a.dividedBy(b);
		return (exact != null) ? exact : result("quotient", a.nonNegative() && b.nonNegative(), a, b);
	}

	/**
	 * Compare two numbers.
	 * @return whether they are equal, or {@code null} if that is not known
	 */
	@Nullable Boolean equal(SymbolicInt a, SymbolicInt b) {
		if (a.equals(b)) {
			return true;
		}
		if (a.isConstant() && b.isConstant()) {
			return false;
		}
		boolean apart = (a.isConstant() && a.factor() < 0 && b.nonNegative())
				|| (b.isConstant() && b.factor() < 0 && a.nonNegative());
		return apart ? false : null;
	}

}
