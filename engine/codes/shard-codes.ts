import type { CodeFacts } from './index.ts';

/** Certifications in parts: `certify --shard` and `merge`. */
export const shardCodes = {
  U720: { token: 'SHARD-IMPOSSIBLE', title: 'This certification cannot be evaluated in parts' },
  U721: { token: 'PART-UNREADABLE', title: 'A file is no part of a sharded certification, or was changed' },
  U722: { token: 'PART-MISSING', title: 'A part of the certification is missing' },
  U723: { token: 'PART-DUPLICATE', title: 'A part of the certification was given twice' },
  U724: { token: 'PART-FOREIGN', title: 'A part belongs to another certification' },
  U725: { token: 'PART-SETTINGS', title: 'A part was evaluated by another engine or with other settings' },
  U726: { token: 'PART-HOSTS', title: 'Parts were evaluated on different processors' },
} as const satisfies Record<string, CodeFacts>;
