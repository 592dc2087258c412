package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.repository.ChangeDetector.Decision;
import io.modelserving.repository.source.CopiedModelSource;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads, loads again and unloads models as their files are added, changed and removed. A
 * check that fails changes nothing: a model whose files cannot be read is not removed.
 * One thread at a time may use it; the caller decides when it checks.
 */
public final class RepositoryPoller {

	private static final Logger logger = LoggerFactory.getLogger(RepositoryPoller.class);

	private final Supplier<Map<String, Path>> directories;

	private final ModelSynchronizer synchronizer;

	private final ChangeDetector detector;

	private final Fingerprints reader;

	private final Supplier<Map<String, ModelVersions>> remote;

	private Set<String> unreadable = Set.of();

	/** Locations that cannot be asked at the moment. */
	private final Set<String> silent = new HashSet<>();

	/**
	 * Create a poller, which takes the models that are known as they lie there now. It
	 * must be there before they are loaded, lest a change be missed.
	 * @param directories finds the directory, or the file, of each model that is watched
	 * @param remote finds the versions of each model that is not on disk
	 * @param repository loads and unloads
	 */
	public RepositoryPoller(Supplier<Map<String, Path>> directories, Supplier<Map<String, ModelVersions>> remote,
			ControlledModelRepository repository) {
		this(directories, remote, repository, DirectoryFingerprints::of);
	}

	RepositoryPoller(Supplier<Map<String, Path>> directories, Supplier<Map<String, ModelVersions>> remote,
			ControlledModelRepository repository, Fingerprints reader) {
		this.directories = directories;
		this.remote = remote;
		this.synchronizer = repository.synchronizer();
		this.reader = reader;
		Map<String, ModelFingerprint> initial = fingerprints();
		initial.keySet().removeIf((model) -> !this.synchronizer.isKnown(model));
		this.detector = new ChangeDetector(initial);
	}

	/**
	 * Look at the files, and begin what is to be done.
	 * @return completes when all is done, however it ended
	 */
	public CompletableFuture<Void> poll() {
		List<CompletableFuture<?>> changes = new ArrayList<>();
		try {
			Map<String, ModelFingerprint> now = fingerprints();
			this.detector.look(now, this.unreadable).forEach((model, decision) -> changes.add(begin(model, decision)));
		}
		catch (ModelLoadException ex) {
			logger.warn("The model repository cannot be read; its models stay as they are: {}", ex.getMessage());
		}
		this.remote.get().forEach((model, versions) -> changes.addAll(pollRemote(model, versions)));
		return CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new));
	}

	/** A revision is whole from the first moment, so one look is enough. */
	private List<CompletableFuture<?>> pollRemote(String model, ModelVersions versions) {
		Set<Long> changed = new TreeSet<>();
		versions.sources().forEach((version, source) -> {
			boolean failed = this.synchronizer.hasFailed(new ModelKey(model, version));
			if (source instanceof CopiedModelSource copied && isDue(copied, failed)) {
				changed.add(version);
			}
		});
		if (changed.isEmpty() && this.synchronizer.loaded(model).containsAll(versions.sources().keySet())) {
			return List.of();
		}
		return List.of(begin(model, new Decision.Load(new ModelChange(changed, false))));
	}

	private boolean isDue(CopiedModelSource source, boolean failed) {
		try {
			boolean changed = source.hasChanged() || (failed && source.hasAppeared());
			this.silent.remove(source.description());
			return changed;
		}
		catch (IOException ex) {
			if (this.silent.add(source.description())) {
				logger.warn("{} cannot be asked whether it has changed; the model stays as it is until it can: {}",
						source.description(), ex.toString());
			}
			return false;
		}
	}

	private CompletableFuture<?> begin(String model, Decision decision) {
		CompletableFuture<?> change;
		if (decision instanceof Decision.Load load) {
			logger.info("The files of model {} have changed; it is loaded", model);
			change = this.synchronizer.load(model, LoadOverrides.NONE, load.change()::concerns);
		}
		else {
			logger.info("The files of model {} are gone; it is unloaded", model);
			change = this.synchronizer.unload(model);
		}
		return change.whenComplete((done, failure) -> {
			if (failure != null) {
				logger.warn("Model {} could not be brought in line with its files", model, failure);
			}
		}).handle((done, failure) -> null);
	}

	private Map<String, ModelFingerprint> fingerprints() {
		Map<String, ModelFingerprint> fingerprints = new TreeMap<>();
		Set<String> failed = new TreeSet<>();
		this.directories.get().forEach((model, directory) -> {
			try {
				fingerprints.put(model, this.reader.of(directory));
			}
			catch (NoSuchFileException ex) {
				logger.debug("{} is gone", directory);
			}
			catch (IOException ex) {
				failed.add(model);
				if (!this.unreadable.contains(model)) {
					logger.warn("The files of model {} cannot be read; it stays as it is until they can: {}", model,
							ex.toString());
				}
			}
		});
		this.unreadable = failed;
		return fingerprints;
	}

	/** Looks at the files of a model. */
	interface Fingerprints {

		ModelFingerprint of(Path directory) throws IOException;

	}

}
