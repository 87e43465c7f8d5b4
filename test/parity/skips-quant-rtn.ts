import type { SkipRule } from './parity-types.ts';

const file = 'quant_rtn.json';

/** Where the edit's surroundings differ from the reference's on purpose (spec 03 §9). */
export const quantRtnSkips: readonly SkipRule[] = [
  {
    quirk: 'own implementation',
    why: 'edits are functions: what they accept is checked where a plan is read, and a no-op makes no record of its own',
    file,
    applies: ({ input }) => ['constructor', 'can_edit', 'noop'].includes(input.op),
  },
  {
    quirk: '03/Q29',
    why: 'a scope that does not exist is refused',
    file,
    applies: ({ input }) =>
      input.op === 'edit' && !['ffn', 'attn', 'all'].includes(input.plan.scope ?? 'ffn'),
  },
  {
    quirk: '03/Q29',
    why: 'a number of bits is a number',
    file,
    applies: ({ input }) =>
      input.op === 'edit' && typeof (input.plan.bitwidth ?? input.plan.bits ?? 8) !== 'number',
  },
  {
    quirk: 'golden file',
    why: 'the scales that the file lists for clipped groups are those of the unclipped weights; weights and statistics are compared',
    file,
    applies: ({ input }) =>
      input.op === 'kernel' && input.group_size !== null && input.bitwidth < 8 && input.clamp_ratio > 0,
    fields: ['/scales'],
  },
];
