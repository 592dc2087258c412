package io.modelserving.benchmark;

import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * An ordinary controller that reads and writes the JSON of {@link VectorEndpoint} and has
 * no model: what the framework alone costs.
 */
@RestController
@Profile("ten")
class ScoresController {

	@PostMapping("/controller")
	VectorEndpoint.Scores score(@RequestBody VectorEndpoint.Request request) {
		return new VectorEndpoint.Scores(request.values());
	}

}
