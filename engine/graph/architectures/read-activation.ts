import { activations } from '../activations.ts';
import type { OptionReader } from './read-options.ts';

/** The name of one of the activations that there are operators for; another one is refused. */
export function readActivation(options: OptionReader, key = 'hidden_act', fallback = 'silu'): string {
  return options.name(key, Object.keys(activations), fallback);
}
