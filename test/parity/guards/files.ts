import type { ParityFile } from '../parity-types.ts';
import { estimators } from './estimators.ts';
import { familyClassification } from './family-classification.ts';
import { multipleTesting } from './multiple-testing.ts';
import { spectralGuard } from './spectral-guard.ts';
import { spectralStats } from './spectral-stats.ts';

export const guardFiles: Readonly<Record<string, ParityFile>> = {
  estimators,
  family_classification: familyClassification,
  multiple_testing: multipleTesting,
  spectral_guard: spectralGuard,
  spectral_stats: spectralStats,
};
