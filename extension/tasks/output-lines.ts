/**
 * Splits a stream into complete lines; what is left over at the end comes with `end()`.
 *
 * @example const lines = outputLines(console.log); lines.push('a\nb'); lines.end() // a, b
 */
export function outputLines(onLine: (line: string) => void): OutputLines {
  let rest = '';
  return {
    push(text) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) onLine(part.replace(/\r$/u, ''));
    },
    end() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}

export interface OutputLines {
  push(text: string): void;
  end(): void;
}

/**
 * The certificate that an output line names: the rest of the line from some word on, when that is a file.
 * Paths may hold spaces, so every word is tried as the beginning.
 *
 * @example certificateInLine('Certificate: out/evaluation.cert.json', exists) // 'out/evaluation.cert.json'
 */
export function certificateInLine(line: string, exists: (path: string) => boolean): string | undefined {
  const text = line.trimEnd();
  if (!text.endsWith('.cert.json')) return undefined;
  for (const match of text.matchAll(/\S+/gu)) {
    const candidate = text.slice(match.index);
    if (exists(candidate)) return candidate;
  }
  return undefined;
}

/**
 * A short text for the status bar, when the line is one of progress.
 *
 * @example progressInLine('  subject: 40/200 windows, 900 tokens/s') // 'subject: 40/200 windows, 900 tokens/s'
 */
export function progressInLine(line: string): string | undefined {
  const text = line.trim().replace(/^\[[A-Z]+\] /u, '');
  const isPhase = /^(?:\[\d+\/\d+\]|PHASE \d+\/\d+) /u.test(text);
  return isPhase || /^\w+: \d+\/\d+ windows/u.test(text) ? text : undefined;
}
