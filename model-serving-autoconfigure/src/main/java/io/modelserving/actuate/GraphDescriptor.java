package io.modelserving.actuate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.modelserving.model.graph.RowIndependence;
import io.modelserving.model.graph.RowIndependence.Mixes;
import io.modelserving.model.graph.RowIndependence.Unknown;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.Hazard;

/**
 * What the graph of a model says, without running it.
 *
 * @param verdict {@code proven} if rows of a batch are independent, {@code mixes} if they
 * are not, {@code unknown} if the graph does not say enough
 * @param description the verdict in a sentence
 * @param node the node that decides the verdict, left out if there is none
 * @param operator the operator of the node, left out if there is none
 * @param inputBatchAxes the dimension of each input along which the batch lies
 * @param outputBatchAxes the same of each output
 * @param hazards what a caller can turn against the process
 */
record GraphDescriptor(String verdict, String description, @JsonInclude(JsonInclude.Include.NON_EMPTY) String node,
		@JsonInclude(JsonInclude.Include.NON_EMPTY) String operator, Map<String, Integer> inputBatchAxes,
		Map<String, Integer> outputBatchAxes, List<Hazard> hazards) {

	static GraphDescriptor of(GraphAnalysis analysis) {
		RowIndependence verdict = analysis.rowIndependence();
		String node = "";
		String operator = "";
		String name = "proven";
		if (verdict instanceof Mixes mixes) {
			name = "mixes";
			node = mixes.node();
			operator = mixes.operator();
		}
		else if (verdict instanceof Unknown unknown) {
			name = "unknown";
			node = unknown.node();
			operator = unknown.operator();
		}
		return new GraphDescriptor(name, verdict.describe(), node, operator, new TreeMap<>(analysis.inputBatchAxes()),
				new TreeMap<>(analysis.outputBatchAxes()), analysis.hazards());
	}

}
