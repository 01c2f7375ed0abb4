/**
 * Kernels of a few functions, each with its symbol, slot, DIE and BTF record or without, for the questions that `why` answers.
 *
 *   .text        function n at +0x40 n, 0x20 bytes
 *   .init.text   those that say so
 *   .init.data   the mcount region, a word for each function with a slot, in their order
 *   .rela.dyn    what fills a region that is zero in the file
 */
import { cli } from '../cli/collect.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import * as dwarf from '../helpers/dwarf-writer.ts';
import { type ElfOptions, ElfWriter } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';

export interface FunctionPlan {
  readonly name: string;
  /** LOCAL: static. */
  readonly bind?: 'LOCAL' | 'GLOBAL' | 'WEAK';
  /** FUNC; null for no symbol. */
  readonly type?: 'FUNC' | 'OBJECT' | null;
  readonly slot?: boolean;
  readonly section?: '.text' | '.init.text';
  /** The address of another function, by its place in the list: an alias. */
  readonly sameAs?: number;
  /** a.c */
  readonly unit?: string;
  /** A definition; null for none. */
  readonly die?: 'definition' | 'declaration' | 'inlined' | null;
  /** The name that DIE has where it is another. */
  readonly dieName?: string;
  /** Names of parameters, null for one without. */
  readonly parameters?: readonly (string | null)[];
}

export interface KernelPlan {
  readonly functions: readonly FunctionPlan[];
  /** Symbols that are no functions, at the function of that number, or behind the last. */
  readonly marks?: Readonly<Record<string, number>>;
  /** What the words of the region are in the file: the addresses, zero, or 8 less; 'none' for no region. */
  readonly region?: 'filled' | 'zero' | 'beside' | 'none';
  /** Names of the FUNC records; without it there is no .BTF. */
  readonly btf?: readonly string[];
  /** Units of .debug_info by name that are assembler. */
  readonly assembler?: readonly string[];
  /** Units that have a DIE at which pahole ends its run. */
  readonly ending?: readonly string[];
  /** Files that have the DIEs of split units. */
  readonly split?: readonly string[];
  readonly noDwarf?: boolean;
  readonly elf?: ElfOptions;
}

const base = 0xffff800010000000n;
const sections = { '.text': base, '.init.text': base + 0x100000n, '.init.data': base + 0x200000n } as const;
/** R_AARCH64_RELATIVE */
const relative = 1027;

/** The address of a function of the plan. */
export function addressOf({ functions }: KernelPlan, name: string): bigint {
  const index = functions.findIndex((one) => one.name === name);
  return placeOf(functions, index);
}

function placeOf(functions: readonly FunctionPlan[], index: number): bigint {
  const { section = '.text', sameAs } = functions[index] as FunctionPlan;
  return sections[section] + BigInt(sameAs ?? index) * 0x40n;
}

/** The file. @returns its path */
export function writeKernel(plan: KernelPlan): string {
  const writer = new ElfWriter(plan.elf);
  const { functions, region = 'filled' } = plan;
  const slots = functions.flatMap(({ slot }, i) => (slot === true ? [placeOf(functions, i)] : []));
  const inFile = slots.map((address) => (region === 'filled' ? address : region === 'zero' ? 0n : address - 8n));
  const words = region === 'none' ? [] : inFile;
  const room = 0x40 * (functions.length + 1);
  writer.section('.text', { flags: 'AX', addr: sections['.text'], bytes: new Uint8Array(room) });
  writer.section('.init.text', { flags: 'AX', addr: sections['.init.text'], bytes: new Uint8Array(room) });
  writer.section('.init.data', { flags: 'WA', addr: sections['.init.data'], bytes: writer.words([...words, 0, 0]) });
  functions.forEach(({ name, bind = 'LOCAL', type = 'FUNC', section = '.text' }, i) => {
    if (type !== null) writer.symbol(name, { type, bind, section, value: placeOf(functions, i), size: 0x20 });
  });
  for (const [name, at] of Object.entries(plan.marks ?? {})) {
    writer.symbol(name, { bind: 'GLOBAL', section: '.text', value: base + BigInt(at) * 0x40n });
  }
  if (region !== 'none') {
    const place = (slot: number) => sections['.init.data'] + BigInt(slot * 8);
    const mark = (name: string, value: bigint) => writer.symbol(name, { bind: 'GLOBAL', section: '.init.data', value });
    mark('__start_mcount_loc', place(0));
    mark('__stop_mcount_loc', place(slots.length));
    const entries = slots.map((addend, i) => ({ place: place(i), type: relative, addend }));
    if (region === 'zero') writer.rela('.rela.dyn', entries, { flags: 'A' });
  }
  if (plan.noDwarf !== true) addDwarf(writer, plan);
  if (plan.btf !== undefined) addBtf(writer, plan.btf);
  return tempFile(writer.build().bytes);
}

function addDwarf(writer: ElfWriter, plan: KernelPlan): void {
  const { functions } = plan;
  const names = new Set(functions.filter(({ die }) => die !== null).map(({ unit = 'a.c' }) => unit));
  const units = [...names].map((name) => {
    const isAssembler = plan.assembler?.includes(name) ?? false;
    const dies = functions.flatMap((one, i) => {
      const isHere = one.die !== null && (one.unit ?? 'a.c') === name;
      return isHere ? [functionDie(one, placeOf(functions, i))] : [];
    });
    const end = plan.ending?.includes(name) ? [dwarf.die('imported_unit')] : [];
    const language = isAssembler ? dwarf.data2(0x8001) : dwarf.data2(0x0c);
    return dwarf.unit(dwarf.die('compile_unit', { name: dwarf.strp(name), language }, [...end, ...dies]));
  });
  for (const name of plan.split ?? [])
    units.push(dwarf.unit(dwarf.die('compile_unit', { GNU_dwo_name: dwarf.strp(name) })));
  const written = dwarf.writeDwarf({ version: 4, littleEndian: !writer.bigEndian }, units);
  writer.section('.debug_info', { bytes: written.info });
  writer.section('.debug_abbrev', { bytes: written.abbrev });
  writer.section('.debug_str', { bytes: written.str });
}

function functionDie(one: FunctionPlan, address: bigint): dwarf.Die {
  const { die = 'definition', bind = 'LOCAL', type = 'FUNC', parameters = [] } = one;
  const attributes: dwarf.Attributes = {
    name: dwarf.strp(one.dieName ?? one.name),
    ...(bind === 'LOCAL' ? {} : { external: dwarf.flagPresent() }),
    ...(die === 'declaration' ? { declaration: dwarf.flagPresent() } : {}),
    ...(die === 'inlined' ? { inline: dwarf.data1(1) } : {}),
    ...(die === 'definition' && type !== null ? { low_pc: dwarf.addr(address), high_pc: dwarf.data4(0x20) } : {}),
  };
  return dwarf.die(
    'subprogram',
    attributes,
    parameters.map((name) => dwarf.die('formal_parameter', name === null ? {} : { name: dwarf.strp(name) })),
  );
}

function addBtf(writer: ElfWriter, names: readonly string[]): void {
  const btf = new BtfWriter({ bigEndian: writer.bigEndian });
  const int = btf.int('int', 4, 1);
  const proto = btf.proto(int, []);
  for (const name of names) btf.func(name, proto);
  writer.section('.BTF', { bytes: btf.build() });
}

/** What `why --format json` prints, with the exit code and standard error. */
export interface WhyJson {
  readonly code: number;
  readonly err: string;
  readonly function: string;
  readonly record: boolean;
  readonly cause: string;
  readonly detail: string | null;
  readonly inferred: boolean;
  readonly sentence: string;
  readonly encoder: {
    readonly version: string;
    readonly by: string;
    readonly records: number;
    readonly rulesOnly: string | null;
  } | null;
  readonly facts: readonly {
    readonly id: string;
    readonly sign: string;
    readonly value: string;
    readonly where: string;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
  readonly changes: readonly {
    readonly id: string;
    readonly mcount: string;
    readonly encoder: string;
    readonly verdict: string | null;
    readonly line: number | null;
    readonly records: number;
    readonly gained: number;
    readonly lost: number;
    readonly stops: string | null;
  }[];
  readonly nearest: readonly string[];
}

/** Ask about one function of a file. */
export async function ask(file: string, name: string, ...more: readonly string[]): Promise<WhyJson> {
  const { code, out, err } = await cli(['why', file, ...more, '--format', 'json', '--', name]);
  if (out === '') throw new Error(`exit code ${code}: ${err}`);
  return { ...JSON.parse(out), code, err };
}

/** The data of a fact of an answer; undefined where there is no such fact. */
export const factOf = ({ facts }: WhyJson, id: string): Readonly<Record<string, unknown>> | undefined =>
  facts.find((fact) => fact.id === id)?.data;

/** A row of `why --all --format ndjson`. */
export interface CensusRow {
  readonly symbol: number;
  readonly function: string;
  readonly cause: string;
  readonly detail: string | null;
  readonly verdict: string | null;
  readonly cu: string | null;
}

/** `why FILE --all`. */
export async function askAll(file: string, ...more: readonly string[]): Promise<readonly CensusRow[]> {
  const { out } = await cli(['why', file, '--all', '--format', 'ndjson', ...more]);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
