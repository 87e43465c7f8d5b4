/**
 * The corpus of the provider `synthetic` (spec 02 §1.5). It is data of the method: windows, digests and pairing with reports
 * of the reference depend on every letter.
 */
export const syntheticBaseTexts: readonly string[] = [
  'The weather today is quite pleasant with clear skies and gentle winds.',
  'Scientists have discovered a new species in the Amazon rainforest region.',
  "The stock market showed significant gains during this quarter's trading.",
  'Technology companies are investing heavily in artificial intelligence research.',
  'The new restaurant downtown serves excellent Mediterranean cuisine daily.',
  'Climate change continues to affect global weather patterns significantly.',
  'The university announced new programs in data science and engineering.',
  'Renewable energy sources are becoming more cost-effective than fossil fuels.',
  'The museum exhibition features artwork from the Renaissance period.',
  'Public transportation systems are being upgraded in major cities worldwide.',
  'Medical researchers published breakthrough findings about genetic therapy.',
  'The concert hall will host a performance by the symphony orchestra.',
  'Local farmers are adopting sustainable agricultural practices this season.',
  'The new software update includes enhanced security features and performance.',
  'International trade agreements are being renegotiated between countries.',
];
