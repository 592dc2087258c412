package io.modelserving.openinference.grpc;

import io.modelserving.grpc.ModelMetadataResponse;
import io.modelserving.grpc.ModelMetadataResponse.TensorMetadata;
import io.modelserving.grpc.RepositoryIndexResponse;
import io.modelserving.grpc.RepositoryIndexResponse.ModelIndex;
import io.modelserving.grpc.ServerMetadataResponse;
import io.modelserving.openinference.ModelDescription;
import io.modelserving.openinference.RepositoryIndexDescription;
import io.modelserving.openinference.ServerDescription;
import io.modelserving.openinference.TensorDescription;

import java.util.List;

/**
 * Descriptions of the server and its models, as messages.
 */
final class MetadataMessages {

	private MetadataMessages() {
	}

	static ServerMetadataResponse of(ServerDescription server) {
		return ServerMetadataResponse.newBuilder()
			.setName(server.name())
			.setVersion(server.version())
			.addAllExtensions(server.extensions())
			.build();
	}

	static ModelMetadataResponse of(ModelDescription model) {
		return ModelMetadataResponse.newBuilder()
			.setName(model.name())
			.addAllVersions(model.versions())
			.setPlatform(model.platform())
			.addAllInputs(model.inputs().stream().map(MetadataMessages::of).toList())
			.addAllOutputs(model.outputs().stream().map(MetadataMessages::of).toList())
			.putAllProperties(model.properties())
			.build();
	}

	private static TensorMetadata of(TensorDescription tensor) {
		return TensorMetadata.newBuilder()
			.setName(tensor.name())
			.setDatatype(tensor.datatype())
			.addAllShape(tensor.shape())
			.build();
	}

	static RepositoryIndexResponse of(List<RepositoryIndexDescription> entries) {
		return RepositoryIndexResponse.newBuilder()
			.addAllModels(entries.stream().map(MetadataMessages::of).toList())
			.build();
	}

	private static ModelIndex of(RepositoryIndexDescription entry) {
		ModelIndex.Builder index = ModelIndex.newBuilder().setName(entry.name()).setState(entry.state());
		if (entry.version() != null) {
			index.setVersion(entry.version());
		}
		if (entry.reason() != null) {
			index.setReason(entry.reason());
		}
		return index.build();
	}

}
