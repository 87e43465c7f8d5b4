import { lacksBaseline, losesModules } from './guards/rmt-guard.ts';
import { changedTargets, varianceRun } from './guards/variance-guard.ts';
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
  {
    quirk: '03/Q22',
    why: 'a scale belongs to the module that it was proposed for, not to the first one of its kind',
    file: 'variance_guard.json',
    applies: ({ input }) => {
      const run = varianceRun(input);
      const [first] = run.targets;
      return changedTargets(run).some(({ path }) => path !== first?.path);
    },
    fields: ['/weights_changed_ratio'],
  },
  {
    quirk: '03/Q23',
    why: 'weights that were scaled for a comparison are restored from a copy, bit for bit',
    file: 'variance_guard.json',
    applies: ({ input }) => changedTargets(varianceRun(input)).length === 0,
    fields: ['/weights_changed_ratio'],
  },
  {
    quirk: '03/Q24',
    why: 'monitor_only and tap are honoured wherever they are set',
    file: 'variance_guard.json',
    applies: ({ input: { policy } }) =>
      policy.monitor_only === true || (policy.tap !== undefined && policy.tap !== USUAL_TAP),
  },
  {
    quirk: '03/Q26',
    why: 'the guard does not apply to an architecture without targets; it does not fail',
    file: 'variance_guard.json',
    applies: ({ input }) => varianceRun(input).targets.length === 0,
    fields: ['/validate/passed', '/validate/action', '/validate/violations', '/validate/errors'],
  },
];

const USUAL_TAP = 'transformer.h.*.mlp.c_proj';
