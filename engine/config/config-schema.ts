import configSchemaJson from '../../schemas/config.schema.json' with { type: 'json' };

/** The part of JSON Schema 2020-12 that schemas/config.schema.json uses, with the editor's annotations. */
export interface Schema {
  readonly $ref?: string;
  readonly $anchor?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly not?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly deprecated?: boolean;
  readonly deprecationMessage?: string;
  readonly errorMessage?: string;
  readonly doNotSuggest?: boolean;
  readonly enumDescriptions?: readonly string[];
  readonly 'x-invarlock'?: {
    readonly effect?: string;
    readonly overriddenBy?: readonly string[];
    readonly path?: string;
  };
}

export type SchemaType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

export const configSchema = configSchemaJson as unknown as Schema;

/** A part of the schema that describes a file of another kind: `profile` or `tiers`. */
export function schemaAnchored(anchor: 'profile' | 'tiers'): Schema {
  const found = Object.values(configSchema.$defs ?? {}).find((part) => part.$anchor === anchor);
  // Its own test proves that both are there.
  return found ?? configSchema;
}

/**
 * A schema with its `$ref`, and the parts of its `allOf` that are no conditions, folded in. What stands beside a `$ref`
 * wins, so that a property can describe itself better than the shared definition does.
 */
export function resolved(schema: Schema): Schema {
  let result = schema;
  if (schema.$ref !== undefined) {
    const { $ref, ...own } = schema;
    result = { ...resolved(definition($ref)), ...own };
  }
  const parts = result.allOf?.filter((part) => part.if === undefined) ?? [];
  if (parts.length === 0) return result;
  const { allOf = [], ...own } = result;
  const conditions = allOf.filter((part) => part.if !== undefined);
  const folded: Schema = Object.assign({}, ...parts.map(resolved));
  return {
    ...folded,
    ...own,
    // What stands beside the parts adds to their keys, or describes one of them anew.
    ...(folded.properties && own.properties && { properties: { ...folded.properties, ...own.properties } }),
    ...(conditions.length > 0 && { allOf: conditions }),
  };
}

function definition(reference: string): Schema {
  if (reference === '#') return configSchema;
  const name = reference.replace('#/$defs/', '');
  // A reference into nowhere is a bug in the schema; the schema's own test resolves every one of them.
  return configSchema.$defs?.[name] ?? {};
}

/** The JSON types that a schema accepts at the top; undefined when it does not say. */
export function acceptedTypes(schema: Schema): readonly SchemaType[] | undefined {
  const whole = resolved(schema);
  if (whole.type !== undefined) return typeof whole.type === 'string' ? [whole.type] : whole.type;
  const values = whole.enum ?? (whole.const === undefined ? undefined : [whole.const]);
  if (values) return [...new Set(values.map(typeOfValue))];
  const branches = whole.oneOf ?? whole.anyOf;
  if (!branches) return undefined;
  const types = branches.map(acceptedTypes);
  return types.every((type) => type !== undefined) ? [...new Set(types.flat())] : undefined;
}

export function typeOfValue(value: unknown): SchemaType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'string') return 'string';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

/** Does a value of this type satisfy that one? An integer is a number too. */
export function fitsType(actual: SchemaType, expected: SchemaType): boolean {
  return actual === expected || (actual === 'integer' && expected === 'number');
}

/** The names that a schema lists, and whether others are allowed beside them (`anyOf` of a list and a pattern). */
export function knownValues(
  schema: Schema,
): { values: readonly unknown[]; descriptions: readonly string[]; open: boolean } | undefined {
  const whole = resolved(schema);
  if (whole.enum) return { values: whole.enum, descriptions: whole.enumDescriptions ?? [], open: false };
  const list = whole.anyOf?.find((branch) => branch.enum);
  const open = whole.anyOf?.some((branch) => branch.enum === undefined) ?? false;
  return list?.enum && { values: list.enum, descriptions: list.enumDescriptions ?? [], open };
}
