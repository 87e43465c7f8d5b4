import type { CodeFacts } from './index.ts';

/** `invarlock edit`. */
export const editCodes = {
  X601: { token: 'EDIT-KIND-UNKNOWN', title: 'There is no edit of this kind' },
  X602: { token: 'EDIT-BITS', title: 'The number of bits is not a whole number from 2 to 8' },
  X603: { token: 'EDIT-SPARSITY', title: 'The sparsity is not between 0 and 1' },
  X604: { token: 'EDIT-GRANULARITY', title: 'The granularity of quantisation is unknown' },
  X605: { token: 'EDIT-SCOPE', title: 'The scope of the edit is unknown or does not apply' },
  X606: {
    token: 'EDIT-FAMILY-UNSUPPORTED',
    title: 'It is not known which matrices of this architecture to edit',
  },
  X607: { token: 'EDIT-NO-TARGETS', title: 'The model has no matrix that the edit applies to' },
  X608: {
    token: 'EDIT-PLAN',
    title: 'The group size, the clamp ratio or the number of modules of the edit is out of range',
  },
  X609: {
    token: 'EDIT-COPY-REFUSED',
    title: 'A file beside the weights is not copied into the edited model',
  },
  X610: { token: 'EDIT-OPTION', title: 'An option belongs to another kind of edit' },
  X612: { token: 'EDIT-PLAN-KEY', title: 'The plan of the edit has a key that no edit knows' },
  X613: {
    token: 'EDIT-LOW-RANK',
    title: 'The rank, the relative norm or the seed of a low-rank edit is out of range',
  },
  X611: { token: 'EDIT-OUT-IN-MODEL', title: 'The output folder lies inside the model folder' },
} as const satisfies Record<string, CodeFacts>;
