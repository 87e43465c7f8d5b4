/**
 * What a golden file holds. The files have as many shapes as the reference has functions; each adapter reads the one it
 * is about, and a wrong guess is a failing case.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above.
export type Golden = any;

/** How far a number may be from the reference's; all zero means the same double. */
export interface Tolerance {
  readonly relative?: number;
  readonly absolute?: number;
  /** Units in the last place of the expected number. */
  readonly ulps?: number;
}

/** One comparison: what the reference gave, and how to get ours. */
export interface ParityCase {
  readonly name: string;
  readonly input: Golden;
  readonly expected: Golden;
  /** Ids of the reference's defects that the file names for this case. */
  readonly defects: readonly string[];
  /** Ours, in the shape of `expected`. Members that are undefined count as absent. */
  actual(): Golden | Promise<Golden>;
  readonly tolerance?: Tolerance | ((pointer: string) => Tolerance);
}

/** Reads one kind of golden file. */
export interface ParityFile {
  cases(file: GoldenFile): readonly ParityCase[] | Promise<readonly ParityCase[]>;
  /** Files and folders beside it that it reads, too; they are known and have no cases of their own. */
  readonly companions?: readonly string[];
}

export interface GoldenFile {
  /** Parsed, unless the golden file is a folder. */
  readonly json: Golden;
  /** The folder that holds the golden file. */
  readonly folder: string;
}

/**
 * Where ours differs from the reference on purpose. Decided from the input or from the defects that the file names, never
 * from a case's name.
 */
export interface SkipRule {
  /** The entry in the specification's list of quirks. */
  readonly quirk: string;
  readonly why: string;
  readonly file: string;
  applies(facts: { readonly input: Golden; readonly defects: readonly string[] }): boolean;
  /** JSON pointers that are not compared, `*` for any one step; without them the whole case is skipped. */
  readonly fields?: readonly string[];
}

export interface CaseResult {
  readonly area: string;
  readonly file: string;
  readonly case: string;
  readonly outcome: 'PASS' | 'SKIP' | 'FAIL';
  readonly reason: string;
}
