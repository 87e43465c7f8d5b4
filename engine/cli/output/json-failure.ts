import { codes } from '../../codes/index.ts';
import { findingJson } from './finding-json.ts';
import type { Terminal } from './terminal.ts';

type Problem = ReturnType<typeof findingJson>;

/** A terminal that remembers whether it got a result, and which problems were printed. */
export interface WatchedTerminal extends Terminal {
  /** The envelope of a command that failed before it could print its own; undefined after one. */
  failure(exitCode: number): string | undefined;
}

/**
 * With `--json` something that reads JSON is waiting on standard output, also when the command cannot be understood, a
 * file is missing, or something is thrown (spec 01 §5). Commands that print an envelope of their own have done so.
 */
export function watchTerminal(terminal: Terminal): WatchedTerminal {
  const problems: Problem[] = [];
  let hasResult = false;
  return {
    ...terminal,
    out(line) {
      hasResult = true;
      terminal.out(line);
    },
    onFinding(finding, textOf) {
      problems.push(findingJson(finding, textOf));
    },
    failure(exitCode) {
      if (hasResult) return undefined;
      const first = problems.find(({ severity }) => severity === 'error');
      return JSON.stringify({
        format_version: 'error-v1',
        error: first && errorObject(first),
        findings: problems,
        resolution: { exit_code: exitCode },
      });
    },
  };
}

function errorObject({ code, message, file }: Problem) {
  return {
    code,
    category: codes[code].token,
    recoverable: false,
    context: { message, ...(file !== null && { file }) },
  };
}
