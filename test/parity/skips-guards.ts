import { lacksBaseline, losesModules } from './guards/rmt-guard.ts';
import type { SkipRule } from './parity-types.ts';

const rmtDecision = ['/validate/passed', '/validate/action', '/validate/violations', '/validate/metrics'];

export const guardSkips: readonly SkipRule[] = [
  {
    quirk: '03/Q3',
    why: 'a guard that has nothing to compare is not evaluated, never passed',
    file: 'rmt_guard.json',
    applies: (facts) =>
      !['ci', 'release'].includes(facts.input.profile ?? '') &&
      !facts.input.policy.activation_required &&
      lacksBaseline(facts.input),
    fields: ['/prepare/ready', '/prepare/error', ...rmtDecision, '/edge_risk_by_module'],
  },
  {
    quirk: '03/Q5',
    why: 'a module without finite activations is a violation',
    file: 'rmt_guard.json',
    applies: ({ input }) => !lacksBaseline(input) && losesModules(input),
    fields: rmtDecision,
  },
];
