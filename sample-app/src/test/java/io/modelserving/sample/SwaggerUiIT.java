package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.ExpectedConditions;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clicks "Try it out" and "Execute" on every operation in Swagger UI, as it is shown. The
 * system property {@code screenshot} says where to put a picture of the page.
 */
@SampleTest
class SwaggerUiIT {

	@LocalServerPort
	private int port;

	@TempDir
	private Path profile;

	private Browser browser;

	@BeforeEach
	void openBrowser() {
		SampleClient.whenReady(this.port);
		this.browser = Browser.open("http://localhost:" + this.port + "/swagger-ui/index.html", this.profile);
	}

	@AfterEach
	void closeBrowser() {
		if (this.browser != null) {
			this.browser.close();
		}
	}

	@Test
	void whenEveryOperationIsTriedWithItsOwnExampleThenEachSucceeds() throws IOException {
		this.browser.await(By.cssSelector(".opblock"));
		int count = operations().size();
		assertThat(count).isGreaterThan(3);
		this.browser.takeScreenshot("screenshot");
		for (int i = 0; i < count; i++) {
			WebElement operation = operations().get(i);
			String name = operation.findElement(By.cssSelector(".opblock-summary-method")).getText() + " "
					+ operation.findElement(By.cssSelector(".opblock-summary-path")).getText();
			click(operation.findElement(By.cssSelector(".opblock-summary-control")));
			click(await(operation, By.cssSelector(".try-out__btn")));
			await(operation, By.cssSelector(".btn.execute"));
			choosePicture(operation);
			click(operation.findElement(By.cssSelector(".btn.execute")));
			WebElement status = await(operation, By.cssSelector(".live-responses-table tbody .response-col_status"));
			assertThat(status.getText().lines().findFirst()).as("%s: %s", name, answer(operation)).hasValue("200");
			System.out.println("Swagger UI: 200 " + name);
			click(operation.findElement(By.cssSelector(".opblock-summary-control")));
		}
	}

	/** A form with a picture has no example that a browser could send. */
	private static void choosePicture(WebElement operation) throws IOException {
		for (WebElement file : operation.findElements(By.cssSelector("input[type=file]"))) {
			file.sendKeys(new ClassPathResource("examples/digit-3.png").getFile().getAbsolutePath());
		}
	}

	private static Optional<String> answer(WebElement operation) {
		return operation.findElements(By.cssSelector(".live-responses-table tbody .response-col_description"))
			.stream()
			.findFirst()
			.map(WebElement::getText);
	}

	private List<WebElement> operations() {
		return this.browser.driver().findElements(By.cssSelector(".opblock"));
	}

	private WebElement await(WebElement parent, By element) {
		return this.browser.patience().until(ExpectedConditions.presenceOfNestedElementLocatedBy(parent, element));
	}

	private void click(WebElement element) {
		((JavascriptExecutor) this.browser.driver())
			.executeScript("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", element);
	}

}
