import { referenceScopes, selectReferenceModules } from '../../../engine/edits/edit-targets.ts';
import { isRmtModule, rmtFamily } from '../../../engine/guards/rmt/rmt-families.ts';
import { inSpectralScope, spectralFamily } from '../../../engine/guards/spectral/spectral-families.ts';
import { canonicalProjection, matchesTap } from '../../../engine/guards/variance/projection-names.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

const reference = { reference: true };
const defaultTap = 'transformer.h.*.mlp.c_proj';

/** Spec 03 §3.2, §3.3, §4.2, §5.2 and §7.2. */
export const familyClassification = goldenCases(
  ({ module: path, class: className, weight_shape: shape }, expected) => {
    const canonical = canonicalProjection(path);
    const elements = shape.reduce((size: number, dimension: number) => size * dimension, 1);
    const isLinear = ['Linear', 'Conv1d', 'Conv1D'].includes(className);
    const isTarget = (scope: (typeof referenceScopes)[number]): boolean =>
      isLinear && selectReferenceModules([{ path, elements, tensor: path }], scope).length === 1;
    const looksAt = (scope: string, step: 'measure' | 'check'): boolean =>
      shape.length === 2 && inSpectralScope(scope, path, className, { ...reference, step });
    return {
      spectral_family: spectralFamily(path, className, reference),
      spectral_scope: Object.fromEntries(
        Object.keys(expected.spectral_scope).map((scope): [string, Golden] => [
          scope,
          { captured: looksAt(scope, 'measure'), checked: looksAt(scope, 'check') },
        ]),
      ),
      rmt_family: rmtFamily(path, className, reference),
      rmt_hooked: isRmtModule(path, className, reference),
      quant_rtn_target: Object.fromEntries(referenceScopes.map((scope) => [scope, isTarget(scope)])),
      ve_normalized_name: canonical,
      ve_default_tap_match: matchesTap(canonical, [defaultTap]),
    };
  },
);
