/** The types of a BTF as a listing: its own records, in id order, each also as C. */
import type { Btf } from '../../btf/btf.ts';
import { declaration } from '../../btf/print-c.ts';
import type { BtfType } from '../../btf/types.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Listing } from '../listing.ts';

export interface TypeRow extends JsonObject {
  readonly id: number;
  readonly kind: string;
  /** Empty for an anonymous type. */
  readonly name: string;
  /** The type as C: a FUNC as its prototype, else as in a cast. */
  readonly c: string;
  readonly size?: number | undefined;
}

export function btfListing(btf: Btf): Listing<TypeRow> {
  return {
    what: 'btf',
    count: btf.typeCount,
    columns: [
      { title: 'id', width: 7, align: 'right', cell: (row) => String(row.id) },
      { title: 'kind', width: 10, cell: (row) => row.kind },
      { title: 'size', width: 6, align: 'right', cell: (row) => (row.size === undefined ? '' : String(row.size)) },
      { title: 'as C', cell: (row) => row.c },
    ],
    row(index) {
      const id = btf.firstId + index;
      const type = btf.type(id);
      return { id, kind: type.kind, name: type.name, c: declaration(btf, id), ...details(type) };
    },
  };
}

/** What a kind has beyond id, kind and name, under the names of btf/types.ts. */
function details(type: BtfType): JsonObject {
  const rest: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(type)) {
    if (key === 'id' || key === 'kind' || key === 'name') continue;
    rest[key] =
      key === 'enumerators' && 'enumerators' in type
        ? // An enumerator is a number, not an address; past 2^53 it is a string.
          type.enumerators.map((row) => ({ name: row.name, value: safeNumber(row.value) }))
        : (value as JsonValue);
  }
  return rest;
}

const safeNumber = (value: bigint): number | string =>
  BigInt.asIntN(53, value) === value ? Number(value) : value.toString();
