/**
 * The prototype of a function in this kernel, where it was read, and which of its known variants it is: what a BPF program
 * has to know before it reads an argument.
 *
 *   1  the function's own FUNC record
 *   2  its DIE
 *   3  the record of a function that the same commits changed, which says the variant
 *   4  the record of a function that has the types which the function has in another kernel, and that is kept in the same
 *      slot of the same sort of table here: what is in one slot has one type
 */
import { prototype } from '../btf/print-c.ts';
import { readyValue } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { DebugInfoOffset, TypeId } from '../units.ts';
import type { Evidence } from './evidence.ts';
import { changedTogether, type KnownVariant, knownVariantsOf } from './known-variants.ts';
import { findStandIns, type SharedTable } from './stand-ins.ts';
import { wantedTypes } from './wanted-types.ts';

export type SignatureSource =
  /** `others`: records of the same name that have other types, static functions of several units. */
  | { readonly kind: 'record'; readonly from: string; readonly id: TypeId; readonly others: readonly string[] }
  | {
      readonly kind: 'dwarf';
      readonly path: string;
      readonly offset: DebugInfoOffset;
      readonly unit: string | undefined;
    }
  | {
      readonly kind: 'stand-in';
      readonly standIn: string;
      readonly id: TypeId;
      /** What ties the two together: the commits, or another kernel's record of the function and a slot of tables. */
      readonly tie:
        | { readonly kind: 'commits' }
        | { readonly kind: 'like'; readonly path: string; readonly table: SharedTable };
    };

export type SignatureVariant =
  | { readonly kind: 'known'; readonly index: number; readonly known: readonly KnownVariant[] }
  /** The function is in the table, and this prototype is none of its variants. */
  | { readonly kind: 'unknown'; readonly known: readonly KnownVariant[] }
  /** Nothing is known of changes. */
  | { readonly kind: 'not-listed' };

export interface Signature {
  readonly name: string;
  /** With the names of the parameters, where what it was read from has them. */
  readonly prototype: string;
  /** Without. */
  readonly types: string;
  readonly source: SignatureSource;
  readonly variant: SignatureVariant;
}

export type SignatureAnswer =
  | { readonly state: 'known'; readonly signature: Signature }
  | { readonly state: 'unknown'; readonly reason: string };

/** Stand-ins that are looked at for one in the same slot. */
const mostStandIns = 64;

/** @param like a kernel that has a record of the function, where this one has neither record nor DIE */
export function signatureOf(evidence: Evidence, name: string, like?: Vmlinux): SignatureAnswer {
  const signature =
    fromRecord(evidence, name) ??
    fromDwarf(evidence, name) ??
    fromRelative(evidence, name) ??
    (like && fromStandIn(evidence, name, like));
  return signature === undefined
    ? { state: 'unknown', reason: whyUnknown(evidence, name, like) }
    : { state: 'known', signature };
}

function describe(name: string, text: string, types: string, source: SignatureSource): Signature {
  return { name, prototype: text, types, source, variant: variantOf(name, types) };
}

/** Which variant a prototype without names of parameters is. */
export function variantOf(name: string, types: string): SignatureVariant {
  const known = knownVariantsOf(name);
  if (known === undefined) return { kind: 'not-listed' };
  const plain = withoutTags(types);
  const index = known.findIndex((row) => row.prototype === plain);
  return index < 0 ? { kind: 'unknown', known } : { kind: 'known', index, known };
}

/** What clang says of address spaces, and gcc does not. */
const withoutTags = (text: string): string => text.replace(/ ?\b__(user|percpu|rcu)\b/g, '');

function fromRecord({ kernel }: Evidence, name: string): Signature | undefined {
  const part = readyValue(kernel.btf);
  const ids = part?.btf.funcByName(name) ?? [];
  const [id] = ids;
  if (part === undefined || id === undefined) return undefined;
  const typesOf = (record: TypeId) => prototype(part.btf, record, { linkage: false, parameterNames: false });
  const types = typesOf(id);
  const others = [...new Set(ids.map(typesOf))].filter((text) => text !== types);
  const text = prototype(part.btf, id, { linkage: false });
  return describe(name, text, types, { kind: 'record', from: part.from, id, others });
}

function fromDwarf(evidence: Evidence, name: string): Signature | undefined {
  const wanted = readyValue(wantedTypes(evidence, name));
  if (wanted?.from.kind !== 'dwarf') return undefined;
  const { path, offset, unit } = wanted.from;
  return describe(name, wanted.prototype, wanted.types, { kind: 'dwarf', path, offset, unit });
}

function fromStandIn(evidence: Evidence, name: string, like: Vmlinux): Signature | undefined {
  const found = readyValue(findStandIns(evidence, name, { like, limit: mostStandIns }));
  if (found === undefined) return undefined;
  // That there are functions of these types says nothing of this one.
  for (const { name: standIn, id, tables } of found.standIns) {
    const slot = tables.find(({ kind }) => kind === 'same-slot');
    if (slot === undefined) continue;
    const tie = { kind: 'like', path: like.path, table: slot } as const;
    return describe(name, found.wanted.prototype, found.wanted.types, { kind: 'stand-in', standIn, id, tie });
  }
  return undefined;
}

/** The variant that another function is of, which the same commits changed. */
function fromRelative({ kernel }: Evidence, name: string): Signature | undefined {
  const btf = readyValue(kernel.btf)?.btf;
  if (btf === undefined) return undefined;
  for (const standIn of changedTogether(name)) {
    const id = btf.firstFunc(standIn);
    if (id === undefined) continue;
    const other = variantOf(standIn, prototype(btf, id, { linkage: false, parameterNames: false }));
    if (other.kind !== 'known') continue;
    const types = knownVariantsOf(name)?.[other.index]?.prototype;
    if (types !== undefined)
      return describe(name, types, types, { kind: 'stand-in', standIn, id, tie: { kind: 'commits' } });
  }
  return undefined;
}

function whyUnknown({ kernel, dwarf }: Evidence, name: string, like: Vmlinux | undefined): string {
  const { btf } = kernel;
  const record = btf.state === 'ready' ? `there is no FUNC record of ${name}` : `no BTF (${btf.reason})`;
  const die = dwarf.state === 'ready' ? 'DWARF describes no function of this name' : `no DWARF (${dwarf.reason})`;
  const other =
    like === undefined
      ? '--like FILE names a kernel that has a record of it'
      : `${like.path} has no record of it, or none that a function in the same slot of a table here has the types of`;
  return `${record}, and ${die}; ${other}`;
}
