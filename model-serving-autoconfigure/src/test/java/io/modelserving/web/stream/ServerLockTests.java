package io.modelserving.web.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests that channels hold no lock while they call the server: servers notify, on another
 * thread, while they hold one that reading and writing take, too.
 */
class ServerLockTests {

	private static void onAnotherThread(Runnable notification) throws IOException {
		try {
			CompletableFuture.runAsync(notification, (task) -> new Thread(task).start()).get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IOException(ex);
		}
	}

	@Test
	void whenTheServerNotifiesWhileItIsReadThenBothGoOn() throws IOException {
		Input input = new Input();
		HttpServletRequest request = mock(HttpServletRequest.class);
		given(request.getInputStream()).willReturn(input);
		RequestChannel channel = new RequestChannel(request, Duration.ofMinutes(1), "property");
		channel.onDataAvailable();
		assertThat(channel.read(new byte[8])).isEqualTo(1);
	}

	@Test
	void whenTheServerNotifiesWhileItIsWrittenToThenBothGoOn() throws IOException {
		Output output = new Output();
		HttpServletResponse response = mock(HttpServletResponse.class);
		given(response.getOutputStream()).willReturn(output);
		ResponseChannel channel = new ResponseChannel(response, System::nanoTime);
		assertThat(channel.write(new byte[] { 1 }, () -> false)).isTrue();
	}

	private static final class Input extends ServletInputStream {

		private @Nullable ReadListener listener;

		@Override
		public boolean isFinished() {
			return false;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener readListener) {
			this.listener = readListener;
		}

		@Override
		public int read() {
			return 1;
		}

		@Override
		public int read(byte[] bytes) throws IOException {
			onAnotherThread(() -> {
				try {
					this.listener.onAllDataRead();
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
			return 1;
		}

	}

	private static final class Output extends ServletOutputStream {

		private @Nullable WriteListener listener;

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener writeListener) {
			this.listener = writeListener;
		}

		@Override
		public void write(int value) throws IOException {
			onAnotherThread(() -> {
				try {
					this.listener.onWritePossible();
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
		}

	}

}
