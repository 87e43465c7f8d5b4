import type { CertifyProgress, OnProgress } from '../../certify/certify-progress.ts';
import { type EventTag, eventLine, type OutputStyle } from './output-style.ts';
import type { Terminal } from './terminal.ts';

const BAR_CELLS = 24;
const HEADER_WIDTH = 67;
/** The phases of a certification as audits know them (spec 01 §3.3). */
const headers = ['BASELINE EVALUATION', 'SUBJECT EVALUATION', 'CERTIFICATE GENERATION'];

/**
 * Progress of a run or a certification: one line that is rewritten on a terminal, a plain line per tenth of an arm
 * elsewhere, so that logs stay readable.
 */
export function showProgress(terminal: Terminal, shown: boolean, style: OutputStyle): OnProgress {
  if (!shown) return () => {};
  let lastTenth = -1;
  const event = (tag: EventTag, text: string) => {
    terminal.rewrite?.('');
    terminal.err(eventLine(style, tag, text, terminal.style));
  };
  return (progress: CertifyProgress) => {
    switch (progress.kind) {
      case 'phase':
        lastTenth = -1;
        terminal.rewrite?.('');
        for (const line of phaseLines(progress, style)) terminal.err(terminal.style.bold(line));
        if (style === 'audit') event('EXEC', progress.title);
        break;
      case 'notice':
        event(progress.about === 'edit' ? 'EDIT' : 'INFO', progress.text);
        break;
      case 'download': {
        const line = downloadLine(progress);
        const { doneBytes, totalBytes } = progress;
        if (doneBytes === totalBytes) event('DATA', line);
        else
          terminal.rewrite?.(`  ${totalBytes === undefined ? '' : `${bar(doneBytes / totalBytes)} `}${line}`);
        break;
      }
      case 'weights':
        terminal.rewrite?.(
          `  ${bar(progress.done / progress.total)} weights: ${progress.done}/${progress.total} tensors`,
        );
        break;
      case 'windows': {
        const line = windowsLine(progress);
        if (terminal.rewrite) {
          if (progress.done === progress.total) event('EXEC', line);
          else terminal.rewrite(`  ${bar(progress.done / progress.total)} ${line}`);
          break;
        }
        const tenth = Math.floor((10 * progress.done) / progress.total);
        if (tenth > lastTenth) {
          lastTenth = tenth;
          event('EXEC', line);
        }
        break;
      }
    }
  };
}

/** Audits get the header of the reference where there are several phases; people a line. */
function phaseLines(
  { index, count, title }: CertifyProgress & { kind: 'phase' },
  style: OutputStyle,
): string[] {
  if (style === 'friendly') return [`[${index}/${count}] ${title}`];
  if (count === 1) return [];
  const rule = '═'.repeat(HEADER_WIDTH);
  return [rule, `PHASE ${index}/${count} · ${headers[index - 1] ?? title.toUpperCase()}`, rule];
}

function windowsLine({ arm, done, total, tokensPerSecond }: CertifyProgress & { kind: 'windows' }): string {
  return `${arm}: ${done}/${total} windows, ${Math.round(tokensPerSecond)} tokens/s`;
}

function downloadLine({
  repository,
  file,
  doneBytes,
  totalBytes,
}: CertifyProgress & { kind: 'download' }): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const of = totalBytes === undefined || totalBytes === doneBytes ? '' : ` of ${megabytes(totalBytes)}`;
  return `${repository}: ${file}, ${megabytes(doneBytes)}${of} MB`;
}

function bar(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}
