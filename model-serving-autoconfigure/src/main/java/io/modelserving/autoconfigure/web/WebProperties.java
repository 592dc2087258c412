package io.modelserving.autoconfigure.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.modelserving.web.Execution;

/**
 * Properties of requests over HTTP, to typed endpoints and by the Open Inference Protocol
 * alike.
 *
 * @param execution How requests wait for their results. Blocking has the thread of the
 * request wait and write the response, as in any controller. Asynchronous has it leave,
 * and each response takes a dispatch.
 */
@ConfigurationProperties("model-serving.web")
record WebProperties(@DefaultValue("blocking") Execution execution) {

}
