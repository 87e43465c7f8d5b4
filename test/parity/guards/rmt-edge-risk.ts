import { budgetOf } from '../../../engine/guards/common/estimator-settings.ts';
import { bulkEdge, edgeRisk } from '../../../engine/guards/rmt/edge-risk.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import { tensorValues } from './golden-tensor.ts';

/** Spec 03 §4.3. */
export const rmtEdgeRisk = goldenCases(
  byOperation({
    mp_edge: ({ m, n }) => {
      const edge = bulkEdge(m, n);
      const lower = n <= m && n > 0 ? Math.abs(Math.sqrt(m) - Math.sqrt(n)) : 0;
      const whitened = (value: number) => (m === 0 ? 0 : value / Math.sqrt(m));
      return {
        edge,
        edge_whitened: whitened(edge),
        edges_whitened: [whitened(lower), whitened(edge)],
        edges_unwhitened: [lower, edge],
      };
    },
    edge_risk: ({ activations, estimator }) => {
      const values = tensorValues(activations);
      if (!(values instanceof Float32Array)) throw new Error('activations are float32');
      const result = edgeRisk(activations.shape, values, budgetOf(estimator));
      return { result: result ? { risk: result.risk, sigma: result.sigma, mp_edge: result.edge } : null };
    },
  }),
  { tolerance: { relative: 5e-5 } },
);
