/** What the spectral guard holds against one module, as it stands in reports (spec 03 §3.6). */
export type SpectralViolation = {
  readonly module: string;
  readonly family: string;
  readonly severity: 'fatal' | 'budgeted';
  readonly message: string;
} & (
  | {
      readonly type: 'family_z_cap';
      readonly z_score: number;
      readonly kappa: number;
      readonly sigma: number;
      readonly baseline_sigma: number;
    }
  | { readonly type: 'max_spectral_norm'; readonly current_sigma: number; readonly threshold: number }
  | ({
      readonly type: 'degeneracy_stable_rank_drop';
      readonly stable_rank_base: number;
      readonly stable_rank_cur: number;
    } & DropLimits)
  | { readonly type: 'paired_sigma_change'; readonly sigma_change: number; readonly limit: number }
  | {
      /** A weight, or all matrices of a family together; then `module` is empty. */
      readonly type: 'paired_distance' | 'paired_family_distance';
      readonly distance: number;
      readonly limit: number;
    }
  | ({
      readonly type: 'degeneracy_norm_collapse';
      readonly norm_collapse_base: number;
      readonly norm_collapse_cur: number;
    } & DropLimits)
);

interface DropLimits {
  readonly ratio: number;
  readonly warn_ratio: number;
  readonly fatal_ratio: number;
}
