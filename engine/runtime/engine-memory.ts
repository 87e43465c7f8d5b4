/** The share of the available memory that the engine child may hold: the rest is for what else runs here. */
const share = 0.9;
/** Below that not even small models fit, and the limit would only hide what is wrong. */
const leastBytes = 1 << 30;

/** What the engine child may hold: the limit that it gets, and what a run is planned with. */
export function engineMemoryBytes(availableBytes: number = process.availableMemory()): number {
  return Math.max(leastBytes, Math.floor(share * availableBytes));
}
