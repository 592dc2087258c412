package io.modelserving.endpoint;

import java.util.HashMap;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;

import io.modelserving.web.stream.StreamProblem;

/**
 * Writes problems for streams.
 *
 * @param mapper the application's mapper
 */
record ProblemWriter(JsonMapper mapper) {

	StreamProblem write(Problem problem, String path) {
		Map<String, String> headers = new HashMap<>(problem.headers().toSingleValueMap());
		headers.put("Content-Type", MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		return new StreamProblem(problem.status().value(), headers,
				this.mapper.writeValueAsBytes(problem.toBody(path)));
	}

}
