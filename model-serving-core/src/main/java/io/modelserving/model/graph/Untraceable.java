package io.modelserving.model.graph;

/**
 * Ends the rule of a node that does not keep rows apart, or of which that is not known.
 */
final class Untraceable extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient RowIndependence rowIndependence;

	Untraceable(RowIndependence rowIndependence) {
		super(rowIndependence.describe(), null, false, false);
		this.rowIndependence = rowIndependence;
	}

	RowIndependence rowIndependence() {
		return this.rowIndependence;
	}

}
