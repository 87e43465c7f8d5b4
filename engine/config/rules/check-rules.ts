import type { Finding } from '../../core/findings.ts';
import type { MappingNode } from '../config-node.ts';
import { certifyNeeds } from './certify-needs.ts';
import { equalCounts } from './equal-counts.ts';
import { providerOptions } from './provider-options.ts';
import { type Rule, ruleView } from './rule.ts';
import { strideEqualsSeqLen } from './stride-equals-seq-len.ts';

/** Every static rule beyond the schema (spec 01 §2.1). To add one: a file beside this one, and a line here. */
const rules: readonly Rule[] = [certifyNeeds, strideEqualsSeqLen, equalCounts, providerOptions];

export function checkRules(root: MappingNode): Finding[] {
  const findings: Finding[] = [];
  const view = ruleView(root, findings);
  for (const rule of rules) rule(view);
  return findings;
}
