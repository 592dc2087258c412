# The sample application as an image:
#
#   docker build -t model-serving-sample .
#   docker run --rm -p 8080:8080 -p 9090:9090 --read-only --tmpfs /tmp model-serving-sample
#
# The base has to have glibc 2.28 or newer: ONNX Runtime comes without a library for musl, so Alpine cannot load it.

FROM eclipse-temurin:25.0.4_7-jdk-noble AS build
WORKDIR /build

# Maven, plugins and libraries, in a layer that only a change to a pom makes anew. Building next to nothing fetches them
# all: dependency:go-offline would miss the annotation processors.
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY model-serving-bom model-serving-bom/
COPY model-serving-grpc-api model-serving-grpc-api/
COPY model-serving-onnx-schema model-serving-onnx-schema/
COPY model-serving-core/pom.xml model-serving-core/
COPY model-serving-batch/pom.xml model-serving-batch/
COPY model-serving-client/pom.xml model-serving-client/
COPY model-serving-autoconfigure/pom.xml model-serving-autoconfigure/
COPY model-serving-spring-boot-starter/pom.xml model-serving-spring-boot-starter/
COPY model-serving-spring-boot-starter-batch/pom.xml model-serving-spring-boot-starter-batch/
COPY model-serving-spring-boot-starter-grpc/pom.xml model-serving-spring-boot-starter-grpc/
COPY model-serving-stream/pom.xml model-serving-stream/
COPY sample-app/pom.xml sample-app/
COPY sample-app/src/main/java/io/modelserving/sample/*.java sample-app/src/main/java/io/modelserving/sample/
RUN ./mvnw --batch-mode -Dmaven.test.skip package

COPY . .
RUN ./mvnw --batch-mode -Dmaven.test.skip package \
 && mv sample-app/target/sample-app-*.jar application.jar \
 && java -Djarmode=tools -jar application.jar extract --layers --destination layers

# The native libraries as files, so that no start of the application has to unpack them into memory
RUN case "$(uname -m)" in \
      x86_64) onnxruntime=linux-x64; tokenizers=linux-x86_64 ;; \
      aarch64) onnxruntime=linux-aarch64; tokenizers=linux-aarch64 ;; \
      *) echo "ONNX Runtime has no library for $(uname -m)" >&2; exit 1 ;; \
    esac \
 && mkdir native unpacked && cd unpacked \
 && jar xf ../layers/dependencies/lib/onnxruntime-*.jar "ai/onnxruntime/native/$onnxruntime" \
 && jar xf ../layers/dependencies/lib/tokenizers-*.jar "native/lib/$tokenizers/cpu" \
 && mv "ai/onnxruntime/native/$onnxruntime"/*.so "native/lib/$tokenizers/cpu"/*.so ../native/


FROM eclipse-temurin:25.0.4_7-jre-noble
WORKDIR /app

LABEL org.opencontainers.image.title="Model Serving sample" \
      org.opencontainers.image.description="Serves ONNX models inside a Spring Boot application" \
      org.opencontainers.image.licenses="Apache-2.0"

# From what changes least to what changes most. The files belong to root and the application cannot change them.
COPY --from=build /build/native/ native/
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./

# Defaults, each of which JDK_JAVA_OPTIONS overrides. Heap and direct buffers may each take the given share of the
# container's memory. The rest belongs to what the JVM does not count: the models in ONNX Runtime, code, stacks. Two arenas
# of malloc are enough for native code that few threads run; more only keep memory that was freed. What the compiler and
# native code have freed goes back to the system every ten seconds.
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=30 -XX:+ExitOnOutOfMemoryError -XX:TrimNativeHeapInterval=10000" \
    MALLOC_ARENA_MAX=2 \
    RUST_LIBRARY_PATH=/app/native/libtokenizers.so \
    DJL_OFFLINE=true \
    HOME=/tmp

# An ahead-of-time cache of the classes that a start loads and of what calls have shown to be worth compiling. The JVM that
# runs has to be the one that wrote it, so it is written here; with another one it is ignored, and the start only takes
# longer.
RUN java -Xlog:aot*=error -XX:AOTCacheOutput=/app/application.aot -Donnxruntime.native.path=/app/native \
      -cp /app/application.jar io.modelserving.sample.training.TrainingRun 10

# By number, so that Kubernetes can see that it is not root. Any other number works too.
USER 10001:10001

EXPOSE 8080 9090
STOPSIGNAL SIGTERM

# No HEALTHCHECK: Kubernetes asks /actuator/health/liveness and /actuator/health/readiness and would ignore it.

# Without a shell in between, so that SIGTERM reaches the JVM and it drains. Only /tmp is written to.
ENTRYPOINT ["java", "-XX:AOTCache=/app/application.aot", "-Donnxruntime.native.path=/app/native", "-jar", "/app/application.jar"]
