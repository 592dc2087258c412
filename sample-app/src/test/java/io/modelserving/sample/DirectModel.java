package io.modelserving.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import org.springframework.core.io.ClassPathResource;

/**
 * Runs models straight with ONNX Runtime, one row after the other: what the application
 * must answer too.
 */
final class DirectModel {

	private DirectModel() {
	}

	/**
	 * Read digits.
	 * @param pictures the pixels of each
	 * @return the probabilities of each
	 */
	static List<float[]> digits(List<float[]> pictures) {
		OrtEnvironment environment = OrtEnvironment.getEnvironment();
		try (OrtSession session = open("models/digits.onnx")) {
			List<float[]> probabilities = new ArrayList<>();
			for (float[] pixels : pictures) {
				try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels),
						new long[] { 1, 8, 8 }); OrtSession.Result result = session.run(Map.of("pixels", tensor))) {
					probabilities.add(((float[][]) result.get("probabilities").orElseThrow().getValue())[0]);
				}
			}
			return probabilities;
		}
		catch (OrtException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Embed texts.
	 * @param file the model on the class path
	 * @param texts the texts
	 * @return the mean of the tokens' vectors of each text, scaled to the length 1
	 */
	static List<float[]> embeddings(String file, List<String> texts) {
		try (OrtSession session = open(file);
				HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
						new ClassPathResource("all-minilm-l6-v2-tokenizer.json").getInputStream(),
						Map.of("truncation", "false", "padding", "false"))) {
			List<float[]> vectors = new ArrayList<>();
			for (String text : texts) {
				vectors.add(embedding(session, tokenizer.encode(text)));
			}
			return vectors;
		}
		catch (OrtException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static float[] embedding(OrtSession session, Encoding encoding) throws OrtException {
		try (OnnxTensor ids = tensor(encoding.getIds());
				OnnxTensor mask = tensor(encoding.getAttentionMask());
				OnnxTensor types = tensor(encoding.getTypeIds());
				OrtSession.Result result = session
					.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
			float[][] tokens = ((float[][][]) result.get("last_hidden_state").orElseThrow().getValue())[0];
			float[] vector = new float[tokens[0].length];
			double squares = 0;
			for (int i = 0; i < vector.length; i++) {
				double sum = 0;
				for (float[] token : tokens) {
					sum += token[i];
				}
				vector[i] = (float) (sum / tokens.length);
				squares += (double) vector[i] * vector[i];
			}
			for (int i = 0; i < vector.length; i++) {
				vector[i] /= (float) Math.sqrt(squares);
			}
			return vector;
		}
	}

	private static OnnxTensor tensor(long[] values) throws OrtException {
		return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), LongBuffer.wrap(values),
				new long[] { 1, values.length });
	}

	private static OrtSession open(String file) throws OrtException {
		try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
			options.setIntraOpNumThreads(1);
			return OrtEnvironment.getEnvironment()
				.createSession(new ClassPathResource(file).getContentAsByteArray(), options);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
