import { type CancellationToken, type Connection, LSPErrorCodes, ResponseError } from 'vscode-languageserver';

/** Runs the work of one request: nothing that it throws reaches the connection, and a request that is stale is not run. */
export type Guard = <T>(
  name: string,
  fallback: T,
  token: CancellationToken | undefined,
  work: () => T | Promise<T>,
) => Promise<T | ResponseError<void>>;

export function guardFor(connection: Connection): Guard {
  return async (name, fallback, token, work) => {
    // Messages that arrived together are read before the first is answered, so that a cancellation among them counts.
    if (token) await new Promise<void>((resolve) => setImmediate(resolve));
    const stale = () => new ResponseError<void>(LSPErrorCodes.RequestCancelled, `${name} was cancelled`);
    if (token?.isCancellationRequested) return stale();
    try {
      const result = await work();
      return token?.isCancellationRequested ? stale() : result;
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      connection.console.error(`${name} failed: ${detail}`);
      return fallback;
    }
  };
}
