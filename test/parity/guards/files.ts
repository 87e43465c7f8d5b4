import type { ParityFile } from '../parity-types.ts';
import { calibration } from './calibration.ts';
import { digests } from './digests.ts';
import { estimators } from './estimators.ts';
import { familyClassification } from './family-classification.ts';
import { guardCertificateBlocks } from './guard-certificate-blocks.ts';
import { guardOverhead } from './guard-overhead.ts';
import { invariants } from './invariants.ts';
import { multipleTesting } from './multiple-testing.ts';
import { policies } from './policies.ts';
import { policyApplication } from './policy-application.ts';
import { quantRtn } from './quant-rtn.ts';
import { rmtEdgeRisk } from './rmt-edge-risk.ts';
import { rmtGuard } from './rmt-guard.ts';
import { rmtRules } from './rmt-rules.ts';
import { spectralGuard } from './spectral-guard.ts';
import { spectralStats } from './spectral-stats.ts';
import { structure } from './structure.ts';
import { varianceGates } from './variance-gates.ts';
import { varianceGuard } from './variance-guard.ts';
import { varianceStats } from './variance-stats.ts';

export const guardFiles: Readonly<Record<string, ParityFile>> = {
  calibration,
  digests,
  estimators,
  family_classification: familyClassification,
  guard_certificate_blocks: guardCertificateBlocks,
  guard_overhead: guardOverhead,
  invariants,
  multiple_testing: multipleTesting,
  policies,
  policy_application: policyApplication,
  quant_rtn: quantRtn,
  rmt_edge_risk: rmtEdgeRisk,
  rmt_guard: rmtGuard,
  rmt_rules: rmtRules,
  spectral_guard: spectralGuard,
  spectral_stats: spectralStats,
  structure,
  variance_gates: varianceGates,
  variance_guard: varianceGuard,
  variance_stats: varianceStats,
};
