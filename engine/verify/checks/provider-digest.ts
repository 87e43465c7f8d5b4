import type { Finding } from '../../core/findings.ts';
import { textAt } from '../../core/json-access.ts';
import { plainValue } from '../../core/json-node.ts';
import { readJson } from '../../core/json-reader.ts';
import { type CheckContext, found } from '../check-context.ts';

const AT = '/provenance/provider_digest';

/** Under ci and release a certificate names the digest of its window ids (spec 04 §4.1, step 2). */
export function checkProviderDigest({ certificate, strict }: CheckContext): readonly Finding[] {
  if (!strict || textAt(certificate, 'provenance', 'provider_digest', 'ids_sha256')) return [];
  return [
    found(
      'E004',
      AT,
      'The certificate has no provenance.provider_digest.ids_sha256, which ci and release need.',
    ),
  ];
}

/** The digests of the certificate against those of a baseline report or certificate (spec 04 §4.1, step 3). */
export function checkBaselineParity(context: CheckContext): readonly Finding[] {
  const { certificate, baselineText } = context;
  if (baselineText === undefined) return [];
  const node = readJson(baselineText, { mode: 'lenient' }).value;
  const baseline = node && digests(plainValue(node));
  // An unreadable baseline must not switch the comparison off (spec 04 CQ-26).
  if (!baseline?.ids) {
    return [
      found(
        'V523',
        '',
        'The baseline file has no provenance.provider_digest to compare with. Give the baseline report.',
      ),
    ];
  }
  const subject = digests(certificate);
  const severity = context.strict ? 'error' : 'warning';
  if (!subject.ids || !subject.tokenizer || !baseline.tokenizer) {
    return [
      found(
        'E004',
        AT,
        'A digest of window ids or tokenizer is missing on one side, so parity cannot be checked.',
        { severity },
      ),
    ];
  }
  const pairs = [
    [
      'E006',
      'ids_sha256',
      'The window ids differ from those of the baseline file.',
      subject.ids,
      baseline.ids,
    ],
    [
      'E002',
      'tokenizer_sha256',
      'The tokenizer differs from that of the baseline file.',
      subject.tokenizer,
      baseline.tokenizer,
    ],
    [
      'E003',
      'masking_sha256',
      'The masked positions differ from those of the baseline file.',
      subject.masking,
      baseline.masking,
    ],
  ] as const;
  return pairs.flatMap(([code, key, message, actual, expected]) =>
    actual === undefined || expected === undefined || actual === expected
      ? []
      : [found(code, `${AT}/${key}`, message, { severity, expected, actual })],
  );
}

function digests(document: unknown) {
  const digest = (key: string) => textAt(document, 'provenance', 'provider_digest', key) || undefined;
  return {
    ids: digest('ids_sha256'),
    tokenizer: digest('tokenizer_sha256'),
    masking: digest('masking_sha256'),
  };
}
