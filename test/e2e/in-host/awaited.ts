import type * as vscode from 'vscode';

const LIMIT_MS = 120_000;

/** The first answer that is not undefined: asked now and at every event, with a limit that says what was missing. */
export function awaited<T>(what: string, event: vscode.Event<unknown>, ask: () => T | undefined): Promise<T> {
  const now = ask();
  if (now !== undefined) return Promise.resolve(now);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      subscription.dispose();
      reject(new Error(`waited ${LIMIT_MS / 1000} s in vain for ${what}`));
    }, LIMIT_MS);
    const subscription = event(() => {
      const answer = ask();
      if (answer === undefined) return;
      clearTimeout(timer);
      subscription.dispose();
      resolve(answer);
    });
  });
}
