package io.modelserving.messaging;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process as {@code kill -9} does, once some replies have been written.
 */
public final class HaltingInterceptor implements ProducerInterceptor<byte[], byte[]> {

	static final int REPLIES = 25;

	private static final AtomicInteger written = new AtomicInteger();

	@Override
	public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> message) {
		return message;
	}

	@Override
	public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
		if (failure == null && written.incrementAndGet() == REPLIES) {
			Runtime.getRuntime().halt(137);
		}
	}

	@Override
	public void configure(Map<String, ?> properties) {
	}

	@Override
	public void close() {
	}

}
