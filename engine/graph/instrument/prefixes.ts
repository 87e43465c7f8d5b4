/**
 * What stands before names of an imported graph that had to be changed, and is no part of a module's path. Nothing that
 * an exporter writes begins that way.
 */
export const decoderPrefix = 'model/';
export const encoderPrefix = 'encoder/';
