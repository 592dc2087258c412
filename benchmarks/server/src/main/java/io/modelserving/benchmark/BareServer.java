package io.modelserving.benchmark;

import java.io.IOException;
import java.nio.file.Files;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import tools.jackson.databind.json.JsonMapper;

/**
 * A servlet that reads and writes the JSON of {@link VectorEndpoint} and has no model, no
 * filter and no Spring: the least that a request costs on this server. The only argument
 * is {@code --server.port=}.
 */
public final class BareServer {

	private BareServer() {
	}

	public static void main(String[] arguments) throws IOException, LifecycleException {
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(Files.createTempDirectory("bare").toString());
		tomcat.setPort(Integer.parseInt(arguments[0].substring(arguments[0].indexOf('=') + 1)));
		tomcat.getConnector();
		Context context = tomcat.addContext("", null);
		Tomcat.addServlet(context, "scores", new Scores());
		context.addServletMappingDecoded("/", "scores");
		tomcat.start();
		tomcat.getServer().await();
	}

	private static final class Scores extends HttpServlet {

		private static final JsonMapper MAPPER = JsonMapper.shared();

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) {
			response.setStatus(HttpServletResponse.SC_OK);
		}

		@Override
		protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
			float[] values = MAPPER.readValue(request.getInputStream(), VectorEndpoint.Request.class).values();
			response.setContentType("application/json");
			MAPPER.writeValue(response.getOutputStream(), new VectorEndpoint.Scores(values));
		}

	}

}
