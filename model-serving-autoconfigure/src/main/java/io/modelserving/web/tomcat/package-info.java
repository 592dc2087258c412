/**
 * What receives the bodies of requests in Tomcat.
 */
@NullMarked
package io.modelserving.web.tomcat;

import org.jspecify.annotations.NullMarked;
