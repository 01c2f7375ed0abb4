/**
 * The kinds of BTF type and the shape of their records.
 *
 *   | name_off | info | size or type | fixed words of the kind | vlen entries of the kind |
 *
 * Everything is a 32-bit word, so shapes are counted in words. Source: include/uapi/linux/btf.h.
 */

/** BTF_KIND_* by number, without the prefix; 0 is BTF_KIND_UNKN, the kind of type id 0, which C calls void. */
export const kinds = [
  'VOID',
  'INT',
  'PTR',
  'ARRAY',
  'STRUCT',
  'UNION',
  'ENUM',
  'FWD',
  'TYPEDEF',
  'VOLATILE',
  'CONST',
  'RESTRICT',
  'FUNC',
  'FUNC_PROTO',
  'VAR',
  'DATASEC',
  'FLOAT',
  'DECL_TAG',
  'TYPE_TAG',
  'ENUM64',
] as const;

export type Kind = (typeof kinds)[number];

/** The number of a kind in `info`: the inverse of {@link kinds}. */
export const KIND: Readonly<Record<Kind, number>> = Object.fromEntries(
  kinds.map((kind, number) => [kind, number]),
) as Record<Kind, number>;

/** Words of struct btf_type: name_off, info, size or type. */
export const TYPE_WORDS = 3;

/** Words between struct btf_type and the entries, by kind number: INT's data, struct btf_array, btf_var, btf_decl_tag. */
export const fixedWords: Uint8Array = byKind({ INT: 1, ARRAY: 3, VAR: 1, DECL_TAG: 1 });

/** Words of each of the vlen entries, by kind number. FUNC has none: its vlen is the linkage. */
export const entryWords: Uint8Array = byKind({
  STRUCT: 3,
  UNION: 3,
  ENUM: 2,
  FUNC_PROTO: 2,
  DATASEC: 3,
  ENUM64: 3,
});

/** 1 for the kinds whose entries begin with a name_off. */
export const namedEntries: Uint8Array = byKind({ STRUCT: 1, UNION: 1, ENUM: 1, FUNC_PROTO: 1, ENUM64: 1 });

function byKind(values: Partial<Record<Kind, number>>): Uint8Array {
  return Uint8Array.from(kinds, (kind) => values[kind] ?? 0);
}
