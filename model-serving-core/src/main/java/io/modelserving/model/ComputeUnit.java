package io.modelserving.model;

/**
 * The hardware that does the work of a run. It decides how the cost of the run is
 * measured and how closely results agree.
 */
public enum ComputeUnit {

	/**
	 * The calling thread alone: the processor time of that thread is what a run costs,
	 * however long it waited for a core.
	 */
	CALLING_THREAD,

	/** Cores of the processor, by several threads, or it is not known what. */
	PROCESSOR,

	/**
	 * A device of its own, which may prepare itself anew for each shape, and which may
	 * round single-precision numbers to a mantissa of ten bits when it multiplies them,
	 * as NVIDIA GPUs do with TF32.
	 */
	ACCELERATOR

}
