import type { OptionReader } from '../architectures/read-options.ts';

export type LayerType = 'full_attention' | 'sliding_attention';

export interface LayerWindows {
  /** Whether the architecture reads `layer_types`; if not, the option must agree with what it computes. */
  readonly isTyped: boolean;
  /** The type of a layer when `layer_types` is not there. */
  readonly type: (layer: number) => LayerType;
  /** Tokens that a sliding layer sees. */
  readonly window: number | undefined;
}

/** The type of every layer, as `layer_types` of config.json or the architecture's own rule says. */
export function readLayerTypes(
  options: OptionReader,
  layers: number,
  { isTyped, type, window }: LayerWindows,
): readonly LayerType[] {
  const rule = Array.from({ length: layers }, (_, i) => type(i));
  const given = options.raw('layer_types');
  if (given === undefined) return rule;
  if (!Array.isArray(given) || given.length !== layers || !given.every(isLayerType)) {
    options.unsupported(
      'layer_types',
      given,
      `It must name full_attention or sliding_attention for each of the ${layers} layers.`,
    );
    return rule;
  }
  if (!isTyped && given.join() !== rule.join())
    options.unsupported('layer_types', given, 'This architecture has the same attention in all layers.');
  if (window === undefined && given.includes('sliding_attention'))
    options.unsupported('layer_types', given, 'Sliding layers need a sliding_window.');
  return given;
}

function isLayerType(value: unknown): value is LayerType {
  return value === 'full_attention' || value === 'sliding_attention';
}
