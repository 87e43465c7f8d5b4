/**
 * The corpus of the provider `synthetic` (spec 02 §1.5). The golden cases show how each text begins; the case that holds them
 * whole is not among ours, so the endings are our own. Windows of these texts therefore have other digests than the
 * reference's.
 */
export const syntheticBaseTexts: readonly string[] = [
  'The weather today is quite pleasant with a light breeze from the coast.',
  'Scientists have discovered a new species of frog in a valley near the sea.',
  'The stock market showed significant gains after the bank lowered its rate.',
  'Technology companies are investing heavily in chips for language models.',
  'The new restaurant downtown serves excellent soup on every day but Monday.',
  'Climate change continues to affect global harvests more than was expected.',
  'The university announced new programs in statistics and applied linguistics.',
  'Renewable energy now covers more than half of what the region needs.',
  'The museum exhibits maps that sailors drew four hundred years ago.',
  'Public transport will run all night while the bridge is being repaired.',
  'Medical research has found a cheaper way to test for the disease.',
  'The concert hall opens again in spring with an evening of chamber music.',
  'Local farmers are planting older kinds of wheat that need less water.',
  'The new software reads the old files and asks before it changes any.',
  'International trains will stop here twice a day from next summer on.',
];
