/**
 * The types of a function that has no record: from DWARF where the kernel has it, else from the record that another kernel
 * has.
 */
import type { Btf } from '../btf/btf.ts';
import { KIND } from '../btf/kinds.ts';
import { declaration, prototype } from '../btf/print-c.ts';
import { entryOffset, unitName, unitOfEntry } from '../dwarf/function-entries.ts';
import { type EntryTypes, entryPrototype, entryTypes } from '../dwarf/print-c.ts';
import { type Availability, absent, ready } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { DebugInfoOffset, TypeId } from '../units.ts';
import { entriesNamed } from './definitions.ts';
import type { Evidence } from './evidence.ts';

export interface WantedTypes extends EntryTypes {
  readonly name: string;
  /** With the names of the parameters. */
  readonly prototype: string;
  /** The same without. */
  readonly types: string;
  readonly from:
    | {
        readonly kind: 'dwarf';
        readonly path: string;
        readonly entry: number;
        readonly offset: DebugInfoOffset;
        readonly unit: string | undefined;
      }
    | { readonly kind: 'like'; readonly path: string; readonly id: TypeId };
}

/**
 * @param like another kernel, asked where the DWARF has no such function
 * @param entry the entry that is meant, where DWARF has several of the name
 */
export function wantedTypes(
  evidence: Evidence,
  name: string,
  like?: Vmlinux,
  entry?: number,
): Availability<WantedTypes> {
  return fromDwarf(evidence, name, entry) ?? (like === undefined ? nowhere(evidence, name) : fromRecord(like, name));
}

function fromDwarf({ dwarf }: Evidence, name: string, given?: number): Availability<WantedTypes> | undefined {
  if (dwarf.state !== 'ready') return undefined;
  const { path, types, worlds } = dwarf.value;
  const { entries } = worlds;
  const found = given === undefined ? entriesNamed(entries, name) : undefined;
  const entry = given ?? found?.definitions[0] ?? found?.others[0];
  if (entry === undefined) return undefined;
  const unit = unitName(entries, unitOfEntry(entries, entry));
  return ready({
    ...entryTypes(types, entries, entry),
    name,
    prototype: entryPrototype(types, entries, entry),
    types: entryPrototype(types, entries, entry, { parameterNames: false }),
    from: { kind: 'dwarf', path, entry, offset: entryOffset(entries, entry), unit },
  });
}

function nowhere({ dwarf }: Evidence, name: string): Availability<WantedTypes> {
  const reason = dwarf.state === 'ready' ? `DWARF describes no function ${name}` : dwarf.reason;
  return absent(`${reason}; --like FILE names a kernel that has a record of it`);
}

function fromRecord(like: Vmlinux, name: string): Availability<WantedTypes> {
  const part = like.btf;
  if (part.state !== 'ready') return part;
  const { btf } = part.value;
  const id = btf.firstFunc(name);
  const types = id === undefined ? undefined : recordTypes(btf, id, (type) => declaration(btf, type));
  if (id === undefined || types === undefined) return absent(`${like.path} has no record of ${name} either`);
  const from = { kind: 'like', path: like.path, id } as const;
  return ready({
    ...types,
    name,
    prototype: prototype(btf, id, { linkage: false }),
    types: prototype(btf, id, { linkage: false, parameterNames: false }),
    from,
  });
}

function recordTypes(btf: Btf, id: number, textOf: (type: number) => string): EntryTypes | undefined {
  const protoId = btf.raw(id).size_or_type;
  const proto = btf.has(protoId) ? btf.raw(protoId) : undefined;
  if (proto === undefined || proto.kind !== KIND.FUNC_PROTO) return undefined;
  const count = Math.min(proto.vlen, mostParameters);
  const parameters = Array.from({ length: count }, (_, index) => {
    const type = proto.entry(index, 1);
    const isEllipsis = index === proto.vlen - 1 && type === 0 && proto.entry(index, 0) === 0;
    return isEllipsis ? '...' : textOf(type);
  });
  return { returns: textOf(proto.size_or_type), parameters };
}

/** More than any function has; a damaged prototype may claim most of the file. */
const mostParameters = 256;
