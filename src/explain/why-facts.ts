/**
 * The chain of evidence about one function: each link a sentence with where it was read, and the same as data.
 *
 *   symbol → names → slot → relocation → DIEs → list → decision → record → link
 *
 * A link that is missing is a link too: it says what is not there. Strings may quote names from the file (latin1);
 * whoever shows them makes them visible.
 */
import { prototype } from '../btf/print-c.ts';
import { SHN, symbolBindingName, symbolTypeName } from '../elf/constants.ts';
import type { RelocationTable } from '../elf/relocation-table.ts';
import { describeSection } from '../elf/sections.ts';
import { type Availability, readyValue } from '../errors.ts';
import { countApplied, knownApplied } from '../kernel/applied.ts';
import { type Focus, focusFunc, focusRelocation, focusSlot, focusSymbol } from '../kernel/links.ts';
import type { Variant } from '../pahole/debugger/worlds.ts';
import { verdictFacts } from '../pahole/verdict.ts';
import { type SymbolIndex, symbolIndex } from '../units.ts';
import { causeFacts } from './causes.ts';
import type { Classified, Classifier } from './classify.ts';
import type { EncoderChoice } from './encoder-choice.ts';
import { commas, hex, plural } from './words.ts';

export type FactValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | readonly FactValue[]
  | { readonly [key: string]: FactValue };

export interface WhyFact {
  /** Stable, for programs: 'symbol', 'slot', 'relocation', 'die' … */
  readonly id: string;
  readonly label: string;
  /** Whether it speaks for a record, against it, or neither. */
  readonly sign: 'yes' | 'no' | 'plain';
  readonly value: string;
  /** The structure and the file offset; empty where something was counted, not read. */
  readonly where: string;
  readonly data: { readonly [key: string]: FactValue };
  /** Where it can be looked at. */
  readonly link?: FactLink | undefined;
}

/** A key of one of the tables, a function entry of the DWARF, or a function by its name. */
export type FactLink =
  | Focus
  | { readonly kind: 'entry'; readonly entry: number; readonly variant: Variant | undefined }
  | { readonly kind: 'name'; readonly name: string };

/** What is asked about. */
export interface Subject {
  /** latin1 */
  readonly name: string;
  /** Undefined where no symbol has the name. */
  readonly row: SymbolIndex | undefined;
}

export const at = (offset: number): string => `at file offset ${hex(offset)}`;

export function symbolFact({ evidence }: Classifier, { name, row }: Subject): WhyFact {
  const { symbols, elf } = evidence.kernel;
  const head = { id: 'symbol', label: 'symbol' } as const;
  if (symbols.state !== 'ready') return absent(head, symbols);
  const { table } = symbols.value;
  if (row === undefined) {
    return { ...head, sign: 'no', value: `no symbol is called ${name}`, where: '.symtab', data: { symbol: null } };
  }
  const type = symbolTypeName(table.type(row));
  const binding = symbolBindingName(table.binding(row));
  const address = symbols.value.address(row);
  const size = table.size(row);
  const index = table.sectionOf(row);
  const section =
    index === undefined ? (table.st_shndx(row) === SHN.UNDEF ? 'UND' : 'ABS') : (elf.sections[index]?.name ?? '');
  const linkage = binding === 'LOCAL' ? 'static' : 'external';
  return {
    ...head,
    sign: type === 'FUNC' ? 'yes' : 'no',
    value: `${address.toString(16)} ${type} ${binding} (${linkage}), ${plural(Number(size), 'byte')} in ${section}`,
    where: `.symtab row ${commas(row)} ${at(table.fileOffset(row))}`,
    data: {
      symbol: row,
      address,
      size: Number(size),
      type,
      binding,
      section,
      fileOffset: BigInt(table.fileOffset(row)),
    },
    link: focusSymbol(row),
  };
}

/** The other symbols of the name, when it is not alone. */
export function namesFact(classifier: Classifier, { name, row }: Subject): WhyFact | undefined {
  const symbols = readyValue(classifier.evidence.kernel.symbols);
  const rows = symbols?.table.findAll(name) ?? [];
  if (symbols === undefined || rows.length < 2) return undefined;
  const others = rows.filter((other) => other !== row);
  const told = others.map((other) => {
    const { cause } = classifier.ofSymbol(symbolIndex(other));
    return { symbol: other, address: symbols.address(other), cause };
  });
  const shown = told.slice(0, 4).map(({ address, cause }) => `${address.toString(16)} (${causeFacts[cause].title})`);
  const rest = told.length > shown.length ? ` and ${commas(told.length - shown.length)} more` : '';
  return {
    id: 'names',
    label: 'same name',
    sign: 'plain',
    value: `${plural(others.length, 'other symbol')} of this name: ${shown.join(', ')}${rest}`,
    where: '.symtab',
    data: { others: told },
    link: others[0] === undefined ? undefined : focusSymbol(others[0]),
  };
}

export function slotFact(classifier: Classifier, { row }: Subject): WhyFact {
  const { mcount, elf } = classifier.evidence.kernel;
  const head = { id: 'slot', label: 'mcount slot' } as const;
  if (mcount.state !== 'ready') return absent(head, mcount);
  const slot = row === undefined ? undefined : classifier.slotOf(row);
  if (slot === undefined) {
    const { count, warning } = mcount.value;
    const tail = warning === undefined ? 'ftrace cannot trace it' : `of those that could be read; ${warning}`;
    const value = `none of the ${plural(count, 'slot')} is the function's: ${tail}`;
    return { ...head, sign: 'no', value, where: 'mcount region', data: { slot: null } };
  }
  const width = elf.wordSize * 2;
  const word = (value: bigint) => value.toString(16).padStart(width, '0');
  const address = row === undefined ? 0n : (readyValue(classifier.evidence.kernel.symbols)?.address(row) ?? 0n);
  const apart = slot.relocated - address;
  const beside =
    apart === 0n
      ? ''
      : `, ${plural(Number(apart < 0n ? -apart : apart), 'byte')} ${apart < 0n ? 'before' : 'behind'} the symbol`;
  const states =
    slot.raw === slot.relocated
      ? `${word(slot.raw)} in the file`
      : `${slot.raw === 0n ? 'zero' : word(slot.raw)} in the file, ${word(slot.relocated)} after relocation`;
  return {
    ...head,
    sign: slot.raw === address ? 'yes' : 'no',
    value: `in the ftrace list: slot ${slot.index}, ${states}${beside}`,
    where: `mcount region, ${slot.place.toString(16)} ${at(slot.fileOffset)}`,
    data: {
      slot: slot.index,
      place: slot.place,
      fileOffset: BigInt(slot.fileOffset),
      raw: slot.raw,
      relocated: slot.relocated,
      by: slot.by,
      problem: slot.problem ?? null,
    },
    link: focusSlot(slot.index),
  };
}

/** The entry that fills the slot, where one does. */
export function relocationFact(classifier: Classifier, { row }: Subject): WhyFact | undefined {
  const { relocations } = classifier.evidence.kernel;
  const slot = row === undefined ? undefined : classifier.slotOf(row);
  const found = slot?.relocation === undefined ? undefined : relocations.row(slot.relocation);
  if (slot === undefined || found === undefined) return undefined;
  const { table, index } = found;
  const type = table.machine.name(found.type);
  const names = relocations.symbolTableOf(table);
  const symbol = found.symbol === 0 ? undefined : names?.name(found.symbol);
  const { addend } = found;
  const isRelative = table.machine.classOf(found.type) === 'relative';
  // A relative addend is an address, and those of kernels are in the upper half.
  const shown = addend === undefined ? '' : hexOf(isRelative ? BigInt.asUintN(wordBits(classifier), addend) : addend);
  const sum =
    addend === undefined
      ? 'the addend is the word in the file'
      : symbol === undefined
        ? `addend ${shown}`
        : `${symbol || sectionOf(classifier, table, found.symbol)} + ${shown}`;
  const fileOffset =
    table.kind === 'RELR' ? table.section.sh_offset : table.section.sh_offset + index * table.entrySize;
  return {
    id: 'relocation',
    label: 'relocation',
    sign: 'plain',
    value: `${type}, ${sum}`,
    where: `${table.section.name} entry ${commas(index)} ${at(fileOffset)}`,
    data: {
      section: table.section.name,
      entry: index,
      row: found.row,
      type,
      place: found.address,
      addend: addend ?? null,
      fileOffset: BigInt(fileOffset),
    },
    link: focusRelocation(found.row),
  };
}

const wordBits = ({ evidence }: Classifier): 32 | 64 => (evidence.kernel.elf.wordSize === 8 ? 64 : 32);
const hexOf = (value: bigint): string => (value < 0n ? `-${(-value).toString(16)}` : value.toString(16));

/** The name of the section that a section symbol stands for: x86 has its slots as .text + 5dfdd0. */
function sectionOf({ evidence }: Classifier, table: RelocationTable, symbol: number): string {
  const { relocations, elf } = evidence.kernel;
  const index = relocations.symbolTableOf(table)?.sectionOf(symbol);
  return elf.sections[index ?? -1]?.name ?? `symbol ${symbol}`;
}

/** What the encoder looks names up in. */
export function listFact({ encoder, evidence }: Classifier): WhyFact | undefined {
  if (encoder === undefined) return undefined;
  const { table, rules, collected } = encoder.replay;
  const functions = collected?.functions.length ?? 0;
  const region = readyValue(evidence.kernel.mcount);
  const head = { id: 'list', label: 'list' } as const;
  const data = { functions, slots: table.addrs?.count ?? null, functions_cnt: table.functions_cnt };
  if (rules.list === 'symbols') {
    const value = `pahole ${rules.version} looks names up among all ${plural(functions, 'function symbol')}`;
    return { ...head, sign: 'yes', value, where: '.symtab', data };
  }
  const from =
    table.addrs === undefined ? 'no mcount region was found' : `${plural(table.addrs.count, 'slot')} were read`;
  const zero = table.addrs !== undefined && region !== undefined && region.rawZero === region.count ? ', all zero' : '';
  const end =
    table.functions_cnt === 0
      ? 'functions_cnt is 0, so DW_AT_external decides'
      : `functions_cnt is ${commas(table.functions_cnt)}, so only these names are encoded`;
  return {
    ...head,
    sign: table.functions_cnt === 0 ? 'no' : 'plain',
    value: `${from}${zero}; of ${plural(functions, 'function')} ${commas(table.functions_cnt)} have one: ${end}`,
    where: `setup_functions, btf_encoder.c:301 of pahole ${rules.version === '1.20' ? '1.20' : `1.20 (by the rules of ${rules.version})`}`,
    data,
  };
}

export function decisionFact({ encoder }: Classifier, { entry }: Classified, name: string): WhyFact | undefined {
  if (encoder === undefined) return undefined;
  const run = encoder.replay;
  const head = { id: 'decision', label: 'decision' } as const;
  const who = `pahole ${encoder.version}`;
  if (entry === undefined) {
    return {
      ...head,
      sign: 'no',
      value: `${who} never sees a function called ${name}`,
      where: '',
      data: { verdict: null },
    };
  }
  const verdict = run.verdict(entry);
  if (verdict === undefined) {
    const value = `${who} does not come to it: ${run.fate.why}`;
    return {
      ...head,
      sign: 'no',
      value,
      where: run.fate.at === undefined ? '' : place(run.fate.at),
      data: { verdict: null },
    };
  }
  const { line, reason } = verdictFacts[verdict];
  return {
    ...head,
    sign: verdict === 'encoded' ? 'yes' : 'no',
    value: `${who}: ${verdict}: ${reason}`,
    where: `cu__encode_btf, btf_encoder.c:${line}`,
    data: { verdict, line, encoder: encoder.version, rulesOnly: encoder.rulesOnly ?? null },
    link: entryLink(encoder, entry),
  };
}

/** An entry in the replay that is explained. */
export const entryLink = ({ version }: EncoderChoice, entry: number): FactLink => ({
  kind: 'entry',
  entry,
  variant: { bytes: 'raw', version },
});

const place = ({
  function: name,
  file,
  line,
}: {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}) => `${name}, ${file}:${line}`;

export function recordFact({ evidence }: Classifier, { name }: Subject): WhyFact {
  const { btf: part } = evidence.kernel;
  const head = { id: 'record', label: 'BTF' } as const;
  if (part.state !== 'ready') return absent(head, part);
  const { btf, from } = part.value;
  const ids = name === '' ? [] : btf.funcByName(name);
  const [id] = ids;
  if (id === undefined) {
    const value = `none of its ${plural(btf.funcCount, 'FUNC record')} is called ${name}`;
    return { ...head, sign: 'no', value, where: from, data: { ids: [] } };
  }
  const more = ids.length > 1 ? `, and ${plural(ids.length - 1, 'more record')} of this name` : '';
  return {
    ...head,
    sign: 'yes',
    value: `[${id}] FUNC ${prototype(btf, id, { linkage: false })}${more}`,
    where: from,
    data: { ids, prototype: prototype(btf, id, { linkage: false }) },
    link: focusFunc(id),
  };
}

/**
 * Whether the linker wrote the values of relative relocations into the file, for a function whose slot has its address
 * from such an entry only. Where it did not, that is the root.
 * @param atHand only if they were counted already
 */
export function linkFact(classifier: Classifier, { row }: Subject, atHand: boolean): WhyFact | undefined {
  const { kernel } = classifier.evidence;
  const slot = row === undefined ? undefined : classifier.slotOf(row);
  if (slot === undefined || slot.raw !== 0n || slot.relocated === 0n || kernel.elf.isRelocatable) return undefined;
  const counts = atHand ? knownApplied(kernel.relocations) : countApplied(kernel.elf, kernel.relocations);
  if (counts === undefined) return undefined;
  const { rela } = counts;
  if (rela.entries === 0) return undefined;
  const unapplied = rela.zero > rela.addend;
  const tables = kernel.relocations.tables.filter((table) => table.pending && table.kind === 'RELA');
  return {
    id: 'link',
    label: 'link',
    sign: unapplied ? 'no' : 'plain',
    value: unapplied
      ? `${commas(rela.zero)} of ${plural(rela.entries, 'relative place')} are zero in the file: linked with --no-apply-dynamic-relocs`
      : `${commas(rela.addend)} of ${plural(rela.entries, 'relative place')} hold their value: the linker applied them`,
    where: tables.map(({ section }) => describeSection(section)).join(', '),
    data: { entries: rela.entries, zero: rela.zero, addend: rela.addend, noApplyDynamicRelocs: unapplied },
  };
}

/** A part that is not there, or damaged, as a fact. */
export function absent(
  head: { readonly id: string; readonly label: string },
  part: Exclude<Availability<unknown>, { state: 'ready' }>,
): WhyFact {
  return { ...head, sign: 'no', value: part.reason, where: '', data: { state: part.state } };
}
