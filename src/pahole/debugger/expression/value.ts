/**
 * Values of expressions: what C would give them for a type, and what stands for it here.
 *
 *   int bool char     a number                    string    latin1 text, undefined for NULL
 *   long ulong        a bigint of 64 bits         pointer   the row of what it points at, {@link NULL} for none
 *   words             an address in `addrs`       struct    the row that it is
 */

/** The structures of pahole of which something is known, each a row of a table. */
export type StructName = 'cu' | 'function' | 'ftype' | 'elf_function' | 'GElf_Sym';

export type Type =
  | { readonly kind: 'int' | 'bool' | 'char' | 'long' | 'ulong' | 'string' | 'words' | 'functions' | 'void' }
  | { readonly kind: 'pointer' | 'struct'; readonly of: StructName }
  | { readonly kind: 'array'; readonly of: Type };

/** A pointer to nothing. */
export const NULL = -1;

export type Raw = number | bigint | string | undefined | readonly Raw[];

export interface Value {
  readonly type: Type;
  readonly raw: Raw;
}

export const int: Type = { kind: 'int' };
export const bool: Type = { kind: 'bool' };
export const char: Type = { kind: 'char' };
export const long: Type = { kind: 'long' };
export const ulong: Type = { kind: 'ulong' };
export const string: Type = { kind: 'string' };
export const words: Type = { kind: 'words' };
export const functionsType: Type = { kind: 'functions' };
export const voidType: Type = { kind: 'void' };
export const pointerTo = (of: StructName): Type => ({ kind: 'pointer', of });
export const structOf = (of: StructName): Type => ({ kind: 'struct', of });
export const arrayOf = (of: Type): Type => ({ kind: 'array', of });

export const isNumber = ({ kind }: Type): boolean =>
  kind === 'int' || kind === 'bool' || kind === 'char' || kind === 'long' || kind === 'ulong';
export const isWide = ({ kind }: Type): boolean => kind === 'long' || kind === 'ulong';

/** Bytes of a number of this type. */
export const sizeOf = ({ kind }: Type): number => (kind === 'int' ? 4 : kind === 'bool' || kind === 'char' ? 1 : 8);

/** As C takes it for a condition. */
export function isTrue({ kind }: Type, raw: Raw): boolean {
  if (kind === 'pointer') return raw !== NULL;
  if (kind === 'string') return raw !== undefined;
  return raw !== 0 && raw !== 0n;
}

/** A type as gdb names it. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'bool':
      return '_Bool';
    case 'long':
      return 'long';
    case 'ulong':
      return 'unsigned long';
    case 'string':
      return 'const char *';
    case 'words':
      return 'uint64_t *';
    case 'functions':
      return 'struct elf_function *';
    case 'pointer':
      return `${structName(type.of)} *`;
    case 'struct':
      return structName(type.of);
    case 'array':
      return `${typeName(type.of)} []`;
    default:
      return type.kind;
  }
}

const structName = (of: StructName): string => (of === 'GElf_Sym' ? of : `struct ${of}`);
