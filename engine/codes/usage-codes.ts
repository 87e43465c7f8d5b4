import type { CodeFacts } from './index.ts';

/** Usage of the command line, and reading and writing of artifacts. */
export const usageCodes = {
  U701: { token: 'USAGE', title: 'The command line cannot be understood' },
  U702: { token: 'CONFLICTING-OPTIONS', title: 'Two options exclude each other' },
  U703: { token: 'FILE-NOT-FOUND', title: 'A file or folder that was named does not exist' },
  U704: { token: 'OUTPUT-NOT-EMPTY', title: 'The output folder is not empty, or the output file exists' },
  U705: { token: 'WRITE-FAILED', title: 'An artifact could not be written' },
  U706: { token: 'NOT-IN-THIS-VERSION', title: 'This part of the product is not in this version yet' },
  U707: { token: 'CANCELLED', title: 'The run was cancelled' },
  U709: {
    token: 'BASELINE-REPORT-UNUSABLE',
    title: 'The baseline report cannot be reused for this certification',
  },
  U710: {
    token: 'BASELINE-REPORT-UNTIED',
    title: 'The baseline report cannot be tied to the baseline model',
  },
  U711: { token: 'TIMEOUT', title: 'The run took longer than its time limit' },
  U712: {
    token: 'KIND-MISMATCH',
    title: 'Models, adapter, metric, loss and data are not of one kind',
  },
  U713: {
    token: 'UNTIL-PASS-IMPOSSIBLE',
    title: 'Another attempt could not come to another verdict',
  },
  U714: { token: 'OPTION-WITHOUT-EFFECT', title: 'An option of the Python tool means nothing here' },
  U715: { token: 'PLUGINS-BUILT-IN', title: 'Nothing can be installed or removed' },
  U716: { token: 'EDIT-NOT-APPLIED', title: 'The file names an edit, and the run does not apply it' },
  U717: { token: 'SWEEP-NOT-MEASURED', title: 'A run of a sweep could not be measured' },
  U799: { token: 'INTERNAL', title: 'An unexpected failure: a bug of ours' },
} as const satisfies Record<string, CodeFacts>;
