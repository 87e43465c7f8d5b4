import { type CliStart, startCli } from '../tasks/start-cli.ts';

const LIMIT_MS = 120_000;
const LIMIT_CHARACTERS = 8_000_000;

export interface DoctorChild {
  /** What it printed; undefined when it was cancelled, took too long, or could not be started. */
  readonly output: Promise<string | undefined>;
  cancel(): void;
}

/** Runs `invarlock doctor --json` beside the editor; `onProblem` hears why there is no output. */
export function startDoctor(
  start: CliStart,
  args: readonly string[],
  onProblem: (problem: string) => void,
): DoctorChild {
  const child = startCli(start, ['doctor', '--json', ...args]);
  let isCancelled = false;
  const cancel = () => {
    isCancelled = true;
    child.kill('SIGTERM');
  };
  const output = new Promise<string | undefined>((resolve) => {
    let text = '';
    let errors = '';
    const timer = setTimeout(() => {
      onProblem(`it was stopped after ${LIMIT_MS / 1000} s`);
      cancel();
    }, LIMIT_MS);
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      if (text.length < LIMIT_CHARACTERS) text += part;
    });
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      errors = (errors + part).slice(-2000);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      onProblem(error.message);
      resolve(undefined);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (!isCancelled && text === '')
        onProblem(`it ended with ${code} and printed nothing: ${errors.trim()}`);
      resolve(isCancelled ? undefined : text);
    });
  });
  return { output, cancel };
}
