/**
 * The root cause of each function symbol: exactly one, from its name, its mcount slot, the entries of its name and what
 * the encoder decided about them. What the BTF holds comes first: a function with a record needs no cause.
 *
 *   record of the name   → in-btf, or repeated-name where the record is another function's
 *   name of a clone      → clone
 *   no entry, or only declarations → no-die, declaration-only
 *   else by the verdict of the entry that tells most, and for the list by the slot: see {@link Classifier.listCause}
 */
import { assemblerLanguage } from '../dwarf/constants.ts';
import { entryHas, entryName, type FunctionEntries, unitOfEntry } from '../dwarf/function-entries.ts';
import { STB, STT } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import type { McountSlot } from '../kernel/mcount.ts';
import type { EncoderVersion } from '../pahole/encoders.ts';
import { completed, isWritten } from '../pahole/fate.ts';
import { verdictByte } from '../pahole/verdict.ts';
import type { SymbolIndex } from '../units.ts';
import { type Cause, type CauseDetail, clonedName, cloneKind } from './causes.ts';
import { chooseEncoder, choosingEncoder, decisiveEntry, type EncoderChoice } from './encoder-choice.ts';
import type { Evidence } from './evidence.ts';
import { NoinstrText } from './noinstr-text.ts';
import { type Pieces, part } from './pieces.ts';
import { SymbolEntries } from './symbol-entries.ts';

export interface Classified {
  readonly cause: Cause;
  readonly detail: CauseDetail | undefined;
  /** There is no DWARF: the cause is what symbols and bytes suggest. */
  readonly inferred: boolean;
  /** The entry whose verdict decided, where one did. */
  readonly entry: number | undefined;
}

interface Decision {
  /** The entry that decides. */
  readonly entry: number | undefined;
  /** Whether one of them has a record. */
  readonly isEncoded: boolean;
}

/** A classifier, and the indexes that make it quick, in pieces: the replays of {@link chooseEncoder} are the long ones. */
export function* classifying(evidence: Evidence): Pieces<Classifier> {
  const { kernel, dwarf } = evidence;
  let choice: EncoderChoice | undefined;
  if (dwarf.state === 'ready') {
    const { worlds } = dwarf.value;
    yield* part(worlds.naming(), 0, 0.2);
    choice = yield* part(choosingEncoder(kernel, worlds), 0.2, 0.5);
  }
  const classifier = new Classifier(evidence, undefined, choice);
  yield* part(classifier.indexing(), 0.5, 1);
  return classifier;
}

/** Symbols that are looked at between two yields. */
const rowsAStep = 2048;

export class Classifier {
  readonly evidence: Evidence;
  /** Whose records are meant: the BTF's, or those that a version writes which the user named. */
  readonly records: 'btf' | 'replay';
  /** Undefined without DWARF. */
  readonly encoder: EncoderChoice | undefined;
  readonly entries: SymbolEntries | undefined;
  #noinstr: NoinstrText | undefined;
  #repeated: ReadonlySet<string> | undefined;
  readonly #untraced = new Map<number, boolean>();
  #lastNamed: { readonly name: string; readonly entries: readonly number[] } | undefined;
  #lastRepeated: { readonly name: string; readonly isRepeated: boolean } | undefined;
  /** By the list of entries, which symbols of one name share. */
  readonly #decisions = new WeakMap<readonly number[], Decision>();
  /** Addresses of the symbols of a name. */
  /** The names of the symbols at an address. */
  readonly #namesAt = new Map<bigint, ReadonlySet<string>>();

  /**
   * @param version the encoder to explain; without it the one that made the BTF
   * @param chosen the choice, where it was made already
   */
  constructor(evidence: Evidence, version?: EncoderVersion, chosen?: EncoderChoice) {
    this.evidence = evidence;
    this.records = version === undefined ? 'btf' : 'replay';
    const { kernel, dwarf } = evidence;
    if (dwarf.state !== 'ready') return;
    const { worlds } = dwarf.value;
    this.encoder = chosen ?? chooseEncoder(kernel, worlds, version);
    this.entries = new SymbolEntries(worlds.entries, this.encoder.replay.names, readyValue(kernel.symbols));
  }

  /** The rows of all function symbols, in the order of .symtab. */
  functionRows(): Uint32Array {
    const table = readyValue(this.evidence.kernel.symbols)?.table;
    if (table === undefined) return new Uint32Array(0);
    const rows: number[] = [];
    for (let row = 1; row < table.count; row++) if (((table.infos[row] as number) & 15) === STT.FUNC) rows.push(row);
    return Uint32Array.from(rows);
  }

  /** Whether there is a record of this name; without BTF, whether the replay writes one. */
  hasRecord(name: string): boolean {
    const btf = readyValue(this.evidence.kernel.btf)?.btf;
    if (btf !== undefined && this.records === 'btf') return name !== '' && btf.firstFunc(name) !== undefined;
    return this.#wrote(this.#named(name));
  }

  /** The cause of a function for which {@link hasRecord} holds; a run that stops before it writes leaves none. */
  get #present(): Cause {
    if (this.records === 'btf' && this.evidence.kernel.btf.state === 'ready') return 'in-btf';
    if (this.encoder?.rulesOnly !== undefined || !isWritten(this.encoder?.replay.fate ?? completed)) return 'run-ended';
    return this.records === 'btf' ? 'no-btf' : 'in-btf';
  }

  /** The cause of a function symbol. */
  ofSymbol(row: SymbolIndex): Classified {
    const table = readyValue(this.evidence.kernel.symbols)?.table;
    const name = table?.name(row) ?? '';
    const all = this.#named(name, row);
    const own = this.isRepeated(name) ? this.ownEntries(row, all) : undefined;
    if (this.hasRecord(name)) {
      const another = own !== undefined && !this.#wrote(own) && this.#wrote(all);
      return this.#found(another ? 'repeated-name' : this.#present, { entry: this.#decisive(own ?? all) });
    }
    if (table?.type(row) !== STT.FUNC) return this.#found('not-a-function');
    const clone = cloneKind(name);
    if (clone !== undefined && this.#isKnown(clonedName(name))) return this.#found('clone', { detail: clone });
    return this.encoder === undefined ? this.#inferred(row) : this.#decided(row, own ?? all);
  }

  /** The cause of a name that no symbol has. */
  ofName(name: string): Classified {
    const all = this.#named(name);
    const entry = this.#decisive(all);
    if (this.hasRecord(name)) return this.#found(this.#present, { entry });
    if (all.length === 0) return this.#found('no-symbol');
    if (this.#allDeclare(all)) return this.#found('declaration-only', { entry });
    const inlined = all.some((row) => this.#isInlined(row));
    return this.#found(inlined ? 'inlined-everywhere' : 'not-linked', { entry });
  }

  /** The entries that are about this symbol; undefined where they cannot be told from those of others of its name. */
  ownEntries(row: SymbolIndex, all: readonly number[]): readonly number[] | undefined {
    const address = readyValue(this.evidence.kernel.symbols)?.address(row);
    return address === undefined ? undefined : this.entries?.at(address, all);
  }

  /** The slot of a function symbol. */
  slotOf(row: SymbolIndex): McountSlot | undefined {
    const region = readyValue(this.evidence.kernel.mcount);
    const index = region?.slotOfFunction(row);
    return index === undefined ? undefined : region?.slot(index);
  }

  #found(cause: Cause, more: Partial<Classified> = {}): Classified {
    return { cause, detail: undefined, inferred: this.encoder === undefined, entry: undefined, ...more };
  }

  /** The entries of a name: of symbols of one name each gets the same list. */
  #named(name: string, row?: SymbolIndex): readonly number[] {
    if (this.#lastNamed?.name !== name) this.#lastNamed = { name, entries: this.entries?.named(name, row) ?? [] };
    return this.#lastNamed.entries;
  }

  #decisive(entries: readonly number[]): number | undefined {
    return this.#decisionOf(entries).entry;
  }

  #wrote(entries: readonly number[]): boolean {
    return this.#decisionOf(entries).isEncoded;
  }

  #decisionOf(entries: readonly number[]): Decision {
    const run = this.encoder?.replay;
    let decision = this.#decisions.get(entries);
    if (decision === undefined) {
      const entry = run && decisiveEntry(run, entries);
      // The entry with the record is the one that decides.
      const isEncoded = entry !== undefined && run?.verdicts[entry] === verdictByte.encoded;
      decision = { entry, isEncoded };
      this.#decisions.set(entries, decision);
    }
    return decision;
  }

  #allDeclare(entries: readonly number[]): boolean {
    const all = this.encoder?.replay.entries;
    return all !== undefined && entries.every((entry) => entryHas(all, entry, 'declaration'));
  }

  #isInlined(entry: number): boolean {
    const all = this.encoder?.replay.entries;
    return all !== undefined && entryHas(all, entry, 'inline');
  }

  /** Whether several function symbols have the name: its entries are then those of several functions. */
  isRepeated(name: string): boolean {
    const table = readyValue(this.evidence.kernel.symbols)?.table;
    if (table === undefined) return false;
    if (this.#repeated !== undefined) return this.#repeated.has(name);
    if (this.#lastRepeated?.name !== name) {
      const functions = table.findAll(name).filter((row) => table.type(row) === STT.FUNC);
      this.#lastRepeated = { name, isRepeated: functions.length > 1 };
    }
    return this.#lastRepeated.isRepeated;
  }

  /** Make what the question for every symbol needs. */
  *indexing(): Pieces<void> {
    if (this.entries !== undefined) yield* part(this.entries.indexing(), 0, 0.8);
    if (this.#repeated !== undefined) return;
    const table = readyValue(this.evidence.kernel.symbols)?.table;
    if (table === undefined) return;
    const once = new Set<string>();
    const repeated = new Set<string>();
    let seen = 0;
    for (const row of this.functionRows()) {
      if (++seen % rowsAStep === 0) yield 0.8;
      const name = table.name(row) ?? '';
      if (once.has(name)) repeated.add(name);
      else once.add(name);
    }
    this.#repeated = repeated;
  }

  /** No record: what the encoder decided, and why it could not decide otherwise. */
  #decided(row: SymbolIndex, entries: readonly number[]): Classified {
    const entry = this.#decisive(entries);
    const run = this.encoder?.replay;
    if (entry === undefined || run === undefined) return this.#withoutDie(row);
    if (this.#allDeclare(entries)) return this.#found('declaration-only', { entry });
    switch (run.verdict(entry)) {
      case 'unnamed-parameter':
        return this.#found('unnamed-parameter', { entry });
      case 'not-external':
      case 'not-in-list':
        return this.#found(this.#listCause(row), { entry, detail: this.#listDetail(row, entry) });
      case undefined:
        return this.#found('run-ended', { entry });
      default:
        return this.#found(isWritten(run.fate) ? 'other-encoder' : 'run-ended', { entry });
    }
  }

  #withoutDie(row: SymbolIndex): Classified {
    const symbols = readyValue(this.evidence.kernel.symbols);
    const address = symbols?.address(row);
    const [entry] = address === undefined ? [] : (this.entries?.startingAt(address) ?? []);
    const name = entry === undefined ? undefined : this.encoder && entryName(this.encoder.replay.entries, entry);
    if (name === undefined) return this.#found('no-die');
    const isAlias = address !== undefined && this.#symbolNamesAt(address).has(name);
    return this.#found('no-die', { detail: isAlias ? 'alias' : 'renamed', entry });
  }

  #symbolNamesAt(address: bigint): ReadonlySet<string> {
    let names = this.#namesAt.get(address);
    if (names === undefined) {
      const symbols = readyValue(this.evidence.kernel.symbols);
      names = new Set(Array.from(symbols?.rowsAt(address) ?? [], (row) => symbols?.table.name(row) ?? ''));
      this.#namesAt.set(address, names);
    }
    return names;
  }

  /** Without DWARF a name cannot be told from a clone's, and is taken for one. */
  #isKnown(name: string): boolean {
    return this.entries === undefined || this.entries.named(name).length > 0;
  }

  /** Why the list does not have a function: what its slot holds in the file and at boot, beside where it is. */
  #listCause(row: SymbolIndex): Cause {
    const { kernel } = this.evidence;
    const region = readyValue(kernel.mcount);
    const isEmpty = this.encoder === undefined || this.encoder.replay.table.functions_cnt === 0;
    if (region === undefined) return 'no-mcount';
    const slot = this.slotOf(row);
    if (slot === undefined) return isEmpty ? 'static-empty-list' : 'not-traceable';
    if (slot.raw === 0n && slot.relocated !== 0n) return 'zero-region';
    const address = readyValue(kernel.symbols)?.address(row);
    if (slot.relocated !== address) return 'entries-beside';
    if (!kernel.elf.header.littleEndian) return 'byte-order';
    return isEmpty ? 'static-empty-list' : 'not-traceable';
  }

  #listDetail(row: SymbolIndex, entry: number): CauseDetail | undefined {
    if (this.slotOf(row) !== undefined) return undefined;
    const { kernel } = this.evidence;
    const symbols = readyValue(kernel.symbols);
    const entries = this.encoder?.replay.entries;
    if (entries?.units.language[unitOfEntry(entries, entry)] === assemblerLanguage) return 'assembler';
    if (symbols === undefined) return undefined;
    const section = kernel.elf.sections[symbols.table.sectionOf(row) ?? -1]?.name ?? '';
    if (/^\.(init|exit)\.text/.test(section)) return 'init';
    this.#noinstr ??= new NoinstrText(symbols);
    if (this.#noinstr.holds(symbols.address(row))) return 'noinstr';
    return this.#isUntraced(unitOfEntry(entries as FunctionEntries, entry)) ? 'unit-untraced' : undefined;
  }

  /** Whether a unit has several functions with code, and none of them a slot. */
  #isUntraced(unit: number): boolean {
    let untraced = this.#untraced.get(unit);
    if (untraced === undefined) {
      untraced = this.#slotsOfUnit(unit);
      this.#untraced.set(unit, untraced);
    }
    return untraced;
  }

  #slotsOfUnit(unit: number): boolean {
    const { kernel } = this.evidence;
    const entries = this.encoder?.replay.entries;
    const symbols = readyValue(kernel.symbols);
    const region = readyValue(kernel.mcount);
    if (entries === undefined || symbols === undefined || region === undefined) return false;
    const functions = new Set<bigint>();
    for (
      let entry = entries.units.firstEntry[unit] as number;
      entry < (entries.units.firstEntry[unit + 1] as number);
      entry++
    ) {
      const address = this.entries?.addressOf(entry);
      if (address !== undefined) functions.add(address);
    }
    for (const address of functions) {
      const row = symbols.functionAt(address);
      if (row !== undefined && region.slotOfFunction(row) !== undefined) return false;
    }
    return functions.size > 1;
  }

  /** Without DWARF: static functions of an empty list, and functions that a list does not have. */
  #inferred(row: SymbolIndex): Classified {
    const { kernel } = this.evidence;
    const region = readyValue(kernel.mcount);
    const table = readyValue(kernel.symbols)?.table;
    if (kernel.btf.state !== 'ready' || table === undefined) return this.#found('unknown');
    const isStatic = table.binding(row) === STB.LOCAL;
    const allZero = region !== undefined && region.count > 0 && region.rawZero === region.count;
    const beside = region !== undefined && region.entryOffset !== 0;
    if (!isStatic || !(region === undefined || allZero || beside)) return this.#found('unknown');
    return this.#found(this.#listCause(row));
  }
}
