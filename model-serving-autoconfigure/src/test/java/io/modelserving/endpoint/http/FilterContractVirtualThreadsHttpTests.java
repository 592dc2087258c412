package io.modelserving.endpoint.http;

import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.test.context.TestPropertySource;

/**
 * {@link FilterContractHttpTests} on virtual threads.
 */
@EnabledForJreRange(min = JRE.JAVA_21)
@TestPropertySource(properties = "spring.threads.virtual.enabled=true")
class FilterContractVirtualThreadsHttpTests extends FilterContractHttpTests {

}
