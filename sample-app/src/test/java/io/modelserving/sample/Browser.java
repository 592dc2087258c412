package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Chromium without a window.
 *
 * @param driver drives it
 */
record Browser(ChromeDriver driver) implements AutoCloseable {

	/**
	 * Open a page.
	 * @param page the address of the page
	 * @param profile a folder for what the browser writes
	 * @return the browser; the test is skipped where there is none
	 */
	static Browser open(String page, Path profile) {
		Path chromium = Tools.require("chromium");
		Path driver = Tools.require("chromedriver");
		ChromeOptions options = new ChromeOptions();
		options.setBinary(chromium.toFile());
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--user-data-dir=" + profile);
		ChromeDriver started = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(driver.toFile()).usingAnyFreePort().build(),
				options);
		started.manage().window().setSize(new Dimension(1280, 1400));
		started.get(page);
		return new Browser(started);
	}

	void await(By element) {
		patience().until(ExpectedConditions.presenceOfElementLocated(element));
	}

	WebDriverWait patience() {
		return new WebDriverWait(this.driver, SampleClient.PATIENCE);
	}

	/**
	 * Take a picture of the page.
	 * @param property the system property that says where to put it, if anywhere
	 */
	void takeScreenshot(String property) throws IOException {
		String file = System.getProperty(property);
		if (file != null) {
			Files.write(Path.of(file), this.driver.getScreenshotAs(OutputType.BYTES));
		}
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
