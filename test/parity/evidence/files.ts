import type { ParityFile } from '../parity-types.ts';
import {
  explainExpected,
  manifestExpected,
  reportCommandExpected,
  reportMarkdownExpected,
} from './commands.ts';
import { evidenceDigests } from './digests.ts';
import { evidenceEvents } from './events.ts';
import { makeCertificate } from './make-certificate.ts';
import { consoleExpected, markdownExpected } from './presentation.ts';
import { evidenceUnits } from './units.ts';
import { verifyExpected, verifyExtra } from './verify.ts';

export const evidenceFiles: Readonly<Record<string, ParityFile>> = {
  'console-expected': consoleExpected,
  'markdown-expected': markdownExpected,
  digests: evidenceDigests,
  events: evidenceEvents,
  'explain-expected': explainExpected,
  'manifest-expected': manifestExpected,
  'report-command-expected': reportCommandExpected,
  'report-markdown-expected': reportMarkdownExpected,
  'make-certificate': makeCertificate,
  units: evidenceUnits,
  'verify-expected': verifyExpected,
  'verify-extra-expected': verifyExtra,
};
