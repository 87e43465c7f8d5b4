/** Which file overrides values of the tier: what the evidence says about it. */
export interface TiersFileIdentity {
  /** Without its folder, so that evidence does not depend on where a project lies. */
  readonly name: string;
  /** Of its bytes. */
  readonly sha256: string;
}
