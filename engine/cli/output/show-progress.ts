import type { CertifyProgress, OnProgress } from '../../certify/certify-progress.ts';
import type { Terminal } from './terminal.ts';

const BAR_CELLS = 24;

/**
 * Progress of a certification: one line that is rewritten on a terminal, a plain line per tenth of an arm elsewhere, so
 * that logs stay readable.
 */
export function showProgress(terminal: Terminal, shown: boolean): OnProgress {
  if (!shown) return () => {};
  let lastTenth = -1;
  return (progress: CertifyProgress) => {
    switch (progress.kind) {
      case 'phase':
        lastTenth = -1;
        terminal.rewrite?.('');
        terminal.err(terminal.style.bold(`[${progress.index}/${progress.count}] ${progress.title}`));
        break;
      case 'notice':
        terminal.rewrite?.('');
        terminal.err(`  ${progress.text}`);
        break;
      case 'windows': {
        const line = windowsLine(progress);
        if (terminal.rewrite) {
          terminal.rewrite(
            progress.done === progress.total ? '' : `  ${bar(progress.done / progress.total)} ${line}`,
          );
          if (progress.done === progress.total) terminal.err(`  ${line}`);
          break;
        }
        const tenth = Math.floor((10 * progress.done) / progress.total);
        if (tenth > lastTenth) {
          lastTenth = tenth;
          terminal.err(`  ${line}`);
        }
        break;
      }
    }
  };
}

function windowsLine({ arm, done, total, tokensPerSecond }: CertifyProgress & { kind: 'windows' }): string {
  return `${arm}: ${done}/${total} windows, ${Math.round(tokensPerSecond)} tokens/s`;
}

function bar(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}
