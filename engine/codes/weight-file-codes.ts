import type { CodeFacts } from './index.ts';

/** Weight files on the disk, and the index that names several of them. */
export const weightFileCodes = {
  M270: {
    token: 'WEIGHTS-LINK-OUTSIDE',
    title: 'A weight file is a link that leads out of the model folder',
  },
  M271: { token: 'WEIGHTS-HARD-LINKED', title: 'A weight file has several names' },
  M272: { token: 'WEIGHTS-NOT-A-FILE', title: 'A weight file is not a regular file' },
  M273: { token: 'WEIGHTS-CHANGED', title: 'A weight file was changed or exchanged while it was used' },
  M274: { token: 'SHARD-NAME', title: 'The index names something else than a weight file of its folder' },
  M275: { token: 'SHARD-MISSING', title: 'The index names a file that is not there' },
  M276: { token: 'SHARD-TENSOR-MISSING', title: 'The index places a tensor in a file that does not have it' },
  M277: { token: 'SHARD-TENSOR-UNLISTED', title: 'A weight file has a tensor that the index does not list' },
  M278: { token: 'SHARD-TENSOR-TWICE', title: 'Two weight files have the same tensor' },
  M279: { token: 'SHARD-INDEX-DUPLICATE-KEY', title: 'The index has a key twice' },
} as const satisfies Record<string, CodeFacts>;
