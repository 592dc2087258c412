package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

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

	private ChromeDriver browser;

	@BeforeEach
	void openBrowser() {
		Path chromium = Tools.require("chromium");
		Path driver = Tools.require("chromedriver");
		SampleClient.whenReady(this.port);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(chromium.toFile());
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--user-data-dir=" + this.profile);
		this.browser = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(driver.toFile()).usingAnyFreePort().build(),
				options);
		this.browser.manage().window().setSize(new Dimension(1280, 1400));
		this.browser.get("http://localhost:" + this.port + "/swagger-ui/index.html");
	}

	@AfterEach
	void closeBrowser() {
		if (this.browser != null) {
			this.browser.quit();
		}
	}

	@Test
	void whenEveryOperationIsTriedWithItsOwnExampleThenEachSucceeds() throws IOException {
		await(By.cssSelector(".opblock"));
		int count = operations().size();
		assertThat(count).isGreaterThan(3);
		takeScreenshot();
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
		return this.browser.findElements(By.cssSelector(".opblock"));
	}

	private WebElement await(By element) {
		return patience().until(ExpectedConditions.presenceOfElementLocated(element));
	}

	private WebElement await(WebElement parent, By element) {
		return patience().until(ExpectedConditions.presenceOfNestedElementLocatedBy(parent, element));
	}

	private WebDriverWait patience() {
		return new WebDriverWait(this.browser, SampleClient.PATIENCE);
	}

	private void click(WebElement element) {
		((JavascriptExecutor) this.browser)
			.executeScript("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", element);
	}

	private void takeScreenshot() throws IOException {
		String file = System.getProperty("screenshot");
		if (file != null) {
			Files.write(Path.of(file), this.browser.getScreenshotAs(OutputType.BYTES));
		}
	}

}
