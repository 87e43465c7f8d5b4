import type { Finding } from '../../core/findings.ts';
import type { MappingNode } from '../config-node.ts';
import { aliasBesideName } from './alias-beside-name.ts';
import { certifyNeeds } from './certify-needs.ts';
import { countsBelowFloor } from './counts-below-floor.ts';
import { equalCounts } from './equal-counts.ts';
import { guardOrder } from './guard-order.ts';
import { noRemoteCode } from './no-remote-code.ts';
import { orderedBounds } from './ordered-bounds.ts';
import { providerOptions } from './provider-options.ts';
import { type Rule, type RuleSituation, ruleView } from './rule.ts';
import { strideEqualsSeqLen } from './stride-equals-seq-len.ts';
import { supportedBitwidth } from './supported-bitwidth.ts';
import { windowBudget } from './window-budget.ts';

/** Every static rule beyond the schema (spec 01 §2.1). To add one: a file beside this one, and a line here. */
const rules: readonly Rule[] = [
  certifyNeeds,
  strideEqualsSeqLen,
  equalCounts,
  providerOptions,
  countsBelowFloor,
  windowBudget,
  guardOrder,
  orderedBounds,
  aliasBesideName,
  supportedBitwidth,
  noRemoteCode,
];

/** What the rules say about a merged tree. Pure: what needs the disk is `checkFileRules`. */
export function checkRules(root: MappingNode, situation: RuleSituation = {}): Finding[] {
  const findings: Finding[] = [];
  const view = ruleView(root, findings, situation);
  for (const rule of rules) rule(view);
  return findings;
}
