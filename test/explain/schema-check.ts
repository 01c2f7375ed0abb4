/** Holding JSON against a schema, and changing it so that the schema has to refuse it. */
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';

/** @returns what is wrong with a value, nothing when the schema takes it; `part` is "#/$defs/NAME" */
export function checker(schema: AnySchemaObject): (value: unknown, part?: string) => readonly string[] {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  ajv.addSchema(schema, 'schema');
  return (value, part = '') => {
    const validate = ajv.getSchema(`schema${part}`);
    if (validate === undefined) throw new Error(`the schema has no ${part}`);
    return validate(value) === true ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
  };
}

/** Where the keys of a value are; of an array the first and the last element. */
export function* pathsOf(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<readonly (string | number)[]> {
  if (typeof value !== 'object' || value === null) return;
  const isArray = Array.isArray(value);
  for (const [key, part] of Object.entries(value)) {
    const at = [...path, isArray ? Number(key) : key];
    // Facts differ from each other; of rows two are enough.
    if (isArray && path[0] !== 'facts' && Number(key) > 1) continue;
    if (!isArray) yield at;
    yield* pathsOf(part, at);
  }
}

/** A copy with one key left out, or with another value. */
export function changed(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const copy = structuredClone(value);
  const last = path.at(-1) as string;
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy) as Record<
    string,
    unknown
  >;
  if (to === undefined) delete holder[last];
  else holder[last] = to;
  return copy;
}
