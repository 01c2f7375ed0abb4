/**
 * A type record in the terms that people ask in: a struct has members, a function has a prototype. The bytes are
 * raw-type.ts's matter. References are plain ids: they are checked by who follows them.
 *
 * Source: Documentation/bpf/btf.rst section 2.2.
 */
import { type TypeId, typeId } from '../units.ts';
import { type Kind, kinds } from './kinds.ts';
import { intBits, intEncoding, intOffset, memberBitfieldSize, memberBitOffset, type RawType } from './raw-type.ts';

/** The linkage of a FUNC or VAR; `unknown` is a number that the specification does not name. */
export type Linkage = 'static' | 'global' | 'extern' | 'unknown';

interface Common<K extends Kind> {
  readonly kind: K;
  readonly id: TypeId;
  /** Empty for an anonymous type; latin1, one character per byte. */
  readonly name: string;
}

/** Type id 0. */
export interface Void extends Common<'VOID'> {}

export interface Int extends Common<'INT'> {
  readonly size: number;
  /** INT_SIGNED, INT_CHAR, INT_BOOL or 0. */
  readonly encoding: number;
  readonly bitsOffset: number;
  readonly nrBits: number;
}

/** The kinds that only refer to another type. A TYPE_TAG's name is the tag. */
export interface Reference extends Common<'PTR' | 'TYPEDEF' | 'VOLATILE' | 'CONST' | 'RESTRICT' | 'TYPE_TAG'> {
  readonly target: TypeId;
}

export interface ArrayType extends Common<'ARRAY'> {
  readonly elementType: TypeId;
  readonly indexType: TypeId;
  readonly nelems: number;
}

export interface Member {
  readonly name: string;
  readonly type: TypeId;
  readonly bitOffset: number;
  /** 0 for a member that is no bit-field. */
  readonly bitfieldSize: number;
}

export interface Composite extends Common<'STRUCT' | 'UNION'> {
  readonly size: number;
  readonly members: readonly Member[];
}

export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

export interface Enum extends Common<'ENUM' | 'ENUM64'> {
  readonly size: number;
  readonly signed: boolean;
  readonly enumerators: readonly Enumerator[];
}

export interface Fwd extends Common<'FWD'> {
  readonly fwdKind: 'struct' | 'union';
}

export interface Func extends Common<'FUNC'> {
  /** The id of its FUNC_PROTO. */
  readonly proto: TypeId;
  readonly linkage: Linkage;
}

export interface Parameter {
  readonly name: string;
  readonly type: TypeId;
}

export interface FuncProto extends Common<'FUNC_PROTO'> {
  readonly returnType: TypeId;
  /** Without the entry that says that more arguments may follow. */
  readonly parameters: readonly Parameter[];
  /** Whether the last entry is the nameless void that stands for `...`. */
  readonly variadic: boolean;
}

export interface Var extends Common<'VAR'> {
  readonly target: TypeId;
  readonly linkage: Linkage;
}

export interface SectionVariable {
  /** The id of a VAR. */
  readonly type: TypeId;
  readonly offset: number;
  readonly size: number;
}

export interface Datasec extends Common<'DATASEC'> {
  readonly size: number;
  readonly variables: readonly SectionVariable[];
}

export interface Float extends Common<'FLOAT'> {
  readonly size: number;
}

export interface DeclTag extends Common<'DECL_TAG'> {
  readonly target: TypeId;
  /** The member or parameter that is tagged; -1 for the target itself. */
  readonly componentIdx: number;
}

export type BtfType =
  | Void
  | Int
  | Reference
  | ArrayType
  | Composite
  | Enum
  | Fwd
  | Func
  | FuncProto
  | Var
  | Datasec
  | Float
  | DeclTag;

const linkages: readonly Linkage[] = ['static', 'global', 'extern'];

/** BTF_FUNC_* and BTF_VAR_* use the same numbers. */
export const linkageOf = (number: number): Linkage => linkages[number] ?? 'unknown';

/** The value of an enumerator, in the signedness of its type. */
export function enumValue(raw: RawType, entry: number): bigint {
  const low = raw.entry(entry, 1);
  if (kinds[raw.kind] === 'ENUM') return BigInt(raw.kind_flag ? low | 0 : low);
  const value = (BigInt(raw.entry(entry, 2)) << 32n) | BigInt(low);
  return raw.kind_flag ? BigInt.asIntN(64, value) : value;
}

/** Make the rich view of a record. @param nameAt the string at a name_off */
export function decodeType(id: TypeId, raw: RawType, nameAt: (name_off: number) => string): BtfType {
  const name = nameAt(raw.name_off);
  const size = raw.size_or_type;
  const target = typeId(raw.size_or_type);
  const kind = kinds[raw.kind] ?? 'VOID';
  const entries = <T>(make: (index: number) => T): T[] => Array.from({ length: raw.vlen }, (_, index) => make(index));
  switch (kind) {
    case 'VOID':
      return { kind, id, name: '' };
    case 'INT': {
      const data = raw.fixed(0);
      const encoding = intEncoding(data);
      return { kind, id, name, size, encoding, bitsOffset: intOffset(data), nrBits: intBits(data) };
    }
    case 'PTR':
    case 'TYPEDEF':
    case 'VOLATILE':
    case 'CONST':
    case 'RESTRICT':
    case 'TYPE_TAG':
      return { kind, id, name, target };
    case 'ARRAY':
      return {
        kind,
        id,
        name,
        elementType: typeId(raw.fixed(0)),
        indexType: typeId(raw.fixed(1)),
        nelems: raw.fixed(2),
      };
    case 'STRUCT':
    case 'UNION': {
      const members = entries((index): Member => {
        const offset = raw.entry(index, 2);
        return {
          name: nameAt(raw.entry(index, 0)),
          type: typeId(raw.entry(index, 1)),
          bitOffset: raw.kind_flag ? memberBitOffset(offset) : offset,
          bitfieldSize: raw.kind_flag ? memberBitfieldSize(offset) : 0,
        };
      });
      return { kind, id, name, size, members };
    }
    case 'ENUM':
    case 'ENUM64': {
      const enumerators = entries((index) => ({ name: nameAt(raw.entry(index, 0)), value: enumValue(raw, index) }));
      return { kind, id, name, size, signed: raw.kind_flag, enumerators };
    }
    case 'FWD':
      return { kind, id, name, fwdKind: raw.kind_flag ? 'union' : 'struct' };
    case 'FUNC':
      return { kind, id, name, proto: target, linkage: linkageOf(raw.vlen) };
    case 'FUNC_PROTO': {
      const last = raw.vlen - 1;
      const variadic = last >= 0 && raw.entry(last, 0) === 0 && raw.entry(last, 1) === 0;
      const all = entries((index) => ({ name: nameAt(raw.entry(index, 0)), type: typeId(raw.entry(index, 1)) }));
      return { kind, id, name, returnType: target, parameters: variadic ? all.slice(0, -1) : all, variadic };
    }
    case 'VAR':
      return { kind, id, name, target, linkage: linkageOf(raw.fixed(0)) };
    case 'DATASEC': {
      const variables = entries((index) => ({
        type: typeId(raw.entry(index, 0)),
        offset: raw.entry(index, 1),
        size: raw.entry(index, 2),
      }));
      return { kind, id, name, size, variables };
    }
    case 'FLOAT':
      return { kind, id, name, size };
    case 'DECL_TAG':
      return { kind, id, name, target, componentIdx: raw.fixed(0) | 0 };
  }
}
