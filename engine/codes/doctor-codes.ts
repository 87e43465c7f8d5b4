import type { CodeFacts } from './index.ts';

/** Findings of `invarlock doctor` (spec 01 §4.1 for D001–D013; D1xx are ours, about this engine). */
export const doctorCodes = {
  D001: {
    token: 'PROVIDER-UNSUPPORTED',
    title: 'The dataset provider does not exist or is not in this version',
  },
  D002: { token: 'DEVICE-UNAVAILABLE', title: 'The device is not available here' },
  D003: { token: 'SPLIT-INFERRED', title: 'The split of the baseline was inferred' },
  D004: { token: 'FEW-REPLICATES', title: 'Too few bootstrap replicates for steady intervals' },
  D005: {
    token: 'PREFLIGHT-FAILED',
    title: 'The configuration could not be read, so nothing else was checked',
  },
  D006: { token: 'DISCOVERY-OFF', title: 'Plugin discovery is switched off' },
  D007: { token: 'EFFECTIVE-FLOORS', title: 'What a decision needs at least' },
  D008: {
    token: 'CAPACITY-BELOW-FLOOR',
    title: 'The run holds fewer tokens or examples than the tier needs',
  },
  D009: { token: 'REPORT-TOKENIZERS-DIFFER', title: 'The tokenizers of two reports differ' },
  D010: { token: 'MASK-DIGEST-MISSING', title: 'A report holds no digest of its masked positions' },
  D011: {
    token: 'SPLIT-OR-DATA-MISMATCH',
    title: 'Two reports used different splits, or a data file is missing',
  },
  D012: { token: 'COUNTS-OR-FIELD', title: 'Counts were not measured, or the text field is empty' },
  D013: { token: 'TINY-RELAX', title: 'INVARLOCK_TINY_RELAX relaxes gates' },
  D101: { token: 'NODE-TOO-OLD', title: 'Node is older than this version needs' },
  D102: { token: 'RUNTIME-UNAVAILABLE', title: 'ONNX Runtime does not start here' },
  D103: { token: 'RUNTIME-READY', title: 'ONNX Runtime starts and computes' },
  D104: { token: 'NETWORK-POLICY', title: 'Whether the network is allowed' },
  D105: { token: 'REPORT-UNUSABLE', title: 'A report cannot be read or holds no windows' },
  D106: { token: 'WORKERS-NOT-DETERMINISTIC', title: 'Workers without deterministic shards' },
  D107: { token: 'MEMORY', title: 'Memory that the run needs and memory that is there' },
  D108: { token: 'DISK', title: 'Disk space that the run needs and disk space that is there' },
  D109: { token: 'DEVICES', title: 'Whether a device of this machine can be used' },
  D110: { token: 'ENGINE-HARDENING', title: 'What stands around the engine process' },
} as const satisfies Record<string, CodeFacts>;
