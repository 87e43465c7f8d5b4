import { idsDigest, maskPositionsDigest } from './window-digests.ts';

export interface ProviderDigest {
  readonly ids_sha256?: string;
  readonly tokenizer_sha256?: string;
  readonly masking_sha256?: string;
}

interface ArmWindows {
  readonly window_ids?: readonly (number | string)[];
  readonly labels?: readonly (readonly number[])[];
}

/**
 * What two runs must agree on: the windows, the tokenizer and the masked positions (spec 02 §3). Each part is there only
 * when it is known; undefined when none is.
 */
export function providerDigest(
  windows: { readonly preview?: ArmWindows; readonly final?: ArmWindows },
  tokenizerHash: string | undefined,
): ProviderDigest | undefined {
  const ids = [...(windows.preview?.window_ids ?? []), ...(windows.final?.window_ids ?? [])];
  const masking = maskPositionsDigest(windows);
  const digest = {
    ...(ids.length > 0 ? { ids_sha256: idsDigest(ids) } : {}),
    ...(tokenizerHash === undefined ? {} : { tokenizer_sha256: tokenizerHash }),
    ...(masking === undefined ? {} : { masking_sha256: masking }),
  };
  return Object.keys(digest).length > 0 ? digest : undefined;
}
