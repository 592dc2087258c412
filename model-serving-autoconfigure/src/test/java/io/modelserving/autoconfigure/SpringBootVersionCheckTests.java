package io.modelserving.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class SpringBootVersionCheckTests {

	@ParameterizedTest
	@ValueSource(strings = { "2.7.18", "3.5.9", "3.10.0", "4.0.0", "4.0.12", "4.0.0-RC1", "4.0", "3.5.0-SNAPSHOT" })
	void whenVersionIsOlderThenItIsTooOld(String version) {
		assertThat(SpringBootVersionCheck.isTooOld(version)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "4.1.0", "4.1.2", "4.1.0-M1", "4.1", "4.2.0", "4.10.3", "5.0.0", "10.0.1", "", "unknown",
			"4", "99999999999.0" })
	void whenVersionIsNewerOrUnknownThenItIsNot(String version) {
		assertThat(SpringBootVersionCheck.isTooOld(version)).isFalse();
	}

	@Test
	void whenApplicationRunsOnOlderVersionThenItSaysWhichOneIsNeeded(CapturedOutput output) {
		SpringApplication application = application();
		application.addListeners(new SpringBootVersionCheck("4.0.3"));
		assertThatExceptionOfType(UnsupportedSpringBootException.class).isThrownBy(application::run);
		assertThat(output)
			.contains("APPLICATION FAILED TO START",
					"Model Serving needs Spring Boot 4.1 or newer, and this application runs on Spring Boot 4.0.3.")
			.doesNotContain("\tat ");
	}

	@Test
	void whenApplicationRunsOnThisVersionThenItStarts() {
		SpringApplication application = application();
		assertThat(application.getListeners()).hasAtLeastOneElementOfType(SpringBootVersionCheck.class);
		application.run().close();
	}

	@Test
	void whenVersionIsNotKnownThenItStarts() {
		SpringApplication application = application();
		application.addListeners(new SpringBootVersionCheck(null));
		application.run().close();
	}

	private static SpringApplication application() {
		SpringApplication application = new SpringApplication(SpringBootVersionCheckTests.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return application;
	}

}
