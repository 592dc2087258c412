package io.modelserving.openapi;

import io.swagger.v3.oas.models.OpenAPI;

/**
 * Describes some of the operations of an application. Thread-safe.
 */
public interface ApiSection {

	/**
	 * Add the operations to a document.
	 * @param api the document, which has components and paths
	 * @param filter says which operations the document is to have
	 */
	void addTo(OpenAPI api, OperationFilter filter);

}
