import manifest from '../package.json' with { type: 'json' };

/** This product's version, as package.json says. */
export const toolVersion: string = manifest.version;

/** The certificate schema version that this product writes (spec 04 §2.2). */
export const certificateSchemaVersion = 'v1';
