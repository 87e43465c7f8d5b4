import { DataProblem } from './data-problem.ts';

/** Calls hyparquet, which throws all kinds of errors on bytes that are not what they should be. */
export function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof DataProblem ? error : brokenParquet(reasonOf(error));
  }
}

export function brokenParquet(reason: string): DataProblem {
  return new DataProblem(
    `is a Parquet file that cannot be read: ${reason}. Copy it again, or write it again`,
  );
}

export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/u, '');
}
