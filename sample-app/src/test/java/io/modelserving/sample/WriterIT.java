package io.modelserving.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.modelserving.sample.writer.Writer;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Writer}.
 */
@SampleTest
class WriterIT {

	private final Writer writer;

	WriterIT(@Autowired Writer writer, @LocalServerPort int port) {
		SampleClient.whenReady(port);
		this.writer = writer;
	}

	@Test
	void whenManyTextsAreWrittenAtOnceThenEachIsAsIfItWereAlone() throws Exception {
		List<String> alone = new ArrayList<>();
		for (int seed = 0; seed < 8; seed++) {
			Random random = new Random(seed);
			alone.add(this.writer.write("the ", random::nextFloat));
		}
		assertThat(alone).doesNotHaveDuplicates()
			.allSatisfy((text) -> assertThat(text).matches("the [a-z]+ [a-z ]+\\."));
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			List<Future<String>> together = new ArrayList<>();
			for (int seed = 0; seed < 8; seed++) {
				Random random = new Random(seed);
				together.add(threads.submit(() -> this.writer.write("the ", random::nextFloat)));
			}
			for (int seed = 0; seed < 8; seed++) {
				assertThat(together.get(seed).get(30, TimeUnit.SECONDS)).isEqualTo(alone.get(seed));
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}
