/**
 * What a running kernel says beside its file: where its symbols are (kallsyms), which functions ftrace lists, and the
 * functions of its modules. Each part is read when it is first asked for and can fail alone; nothing here throws.
 */
import { type Availability, absent, availability, readyValue } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';
import { type FtraceList, readFtraceList } from './ftrace-list.ts';
import { isTextLetter, type Kallsyms } from './kallsyms.ts';
import { findKaslrOffset, type KaslrOffset } from './kaslr.ts';
import type { LiveMachine } from './live.ts';
import { isMovedSymbol } from './moved-symbols.ts';
import { readWholeFile } from './read-whole-file.ts';
import { checkSameBoot, checkSameKernel, checkSameMachine } from './same-kernel.ts';
import type { Vmlinux } from './vmlinux.ts';

export interface RunningOptions {
  /** A copy of available_filter_functions. */
  readonly ftrace?: string | undefined;
  /** The machine that the program runs on, where that is what is looked at. */
  readonly machine?: LiveMachine | undefined;
}

/** Where something was read. */
interface ReadAt {
  readonly file: string;
  readonly line: number;
}

/** A symbol of a module, or of code that was loaded like one (bpf, __builtin__ftrace). */
export interface ModuleSymbol extends ReadAt {
  /** Row of kallsyms; undefined where only ftrace lists it. */
  readonly row: number | undefined;
  readonly name: string;
  readonly module: string;
  readonly address: Vaddr | undefined;
  readonly isFunction: boolean;
  /** Undefined without a list. */
  readonly ftraceListed: boolean | undefined;
}

/** What the running kernel says of a name, as plain data. */
export interface RunningEvidence {
  readonly name: string;
  /** Of the first symbol of that name in kallsyms that is the kernel's own. */
  readonly runtimeAddress: Vaddr | undefined;
  /** Each line of kallsyms with the name, of the kernel's own. */
  readonly kallsyms: readonly (ReadAt & { readonly address: Vaddr; readonly letter: string })[];
  /** Undefined without a list. */
  readonly ftraceListed: boolean | undefined;
  readonly ftrace: readonly ReadAt[];
  /** The same name in modules. */
  readonly modules: readonly ModuleSymbol[];
}

/** This machine, with what is to be said of it. */
export interface RunningMachine {
  readonly release: string;
  readonly architecture: string;
  readonly buildId: string | undefined;
  /** Which file stands for its kernel, in words. */
  readonly image: string;
  readonly notes: readonly string[];
}

export class RunningKernel {
  readonly kernel: Vmlinux;
  readonly #options: RunningOptions;
  #offset: Availability<KaslrOffset> | undefined;
  #ftrace: Availability<FtraceList> | undefined;

  constructor(kernel: Vmlinux, options: RunningOptions) {
    this.kernel = kernel;
    this.#options = options;
  }

  /** The machine that --live looked at. */
  get machine(): LiveMachine | undefined {
    return this.#options.machine;
  }

  /** That machine, if it runs the kernel that is open: their build ids are equal, or one of them is not known. */
  get sameMachine(): Availability<RunningMachine> {
    const { machine } = this;
    if (machine === undefined) return absent('--live was not asked for');
    return availability(() => checkSameMachine(this.kernel, machine));
  }

  get kallsyms(): Availability<Kallsyms> {
    return this.kernel.kallsyms;
  }

  get ftrace(): Availability<FtraceList> {
    this.#ftrace ??= this.#readFtrace();
    return this.#ftrace;
  }

  #readFtrace(): Availability<FtraceList> {
    const { ftrace, machine } = this.#options;
    if (ftrace === undefined) {
      const wanted = machine?.notes.find((note) => note.includes('available_filter_functions'));
      return absent(wanted ?? 'not given: --ftrace FILE takes a copy of available_filter_functions');
    }
    const list = readWholeFile(ftrace, readFtraceList);
    if (list.state !== 'ready') return list;
    const symbols = readyValue(this.kernel.symbols);
    const kallsyms = readyValue(this.kallsyms);
    return availability(() => {
      if (symbols !== undefined && !this.kernel.elf.isRelocatable) checkSameKernel(list.value, symbols);
      if (kallsyms !== undefined) checkSameBoot(list.value, kallsyms);
      return list.value;
    });
  }

  /** How far kallsyms is from the file; a kallsyms of another build has no such distance. */
  get offset(): Availability<KaslrOffset> {
    this.#offset ??= this.#findOffset();
    return this.#offset;
  }

  #findOffset(): Availability<KaslrOffset> {
    const { kallsyms } = this;
    const { symbols, elf } = this.kernel;
    if (kallsyms.state !== 'ready') return kallsyms;
    if (symbols.state !== 'ready') return symbols;
    if (elf.isRelocatable) return absent('a module has no link address to be moved from: open the kernel itself');
    return availability(() => findKaslrOffset(symbols.value, kallsyms.value, elf.header.is64));
  }

  /** The modules that were loaded; those of another build's kallsyms are another machine's. */
  get modules(): Kallsyms | undefined {
    return this.offset.state === 'malformed' ? undefined : readyValue(this.kallsyms);
  }

  /** kallsyms, where it is of this kernel. */
  get #own(): Kallsyms | undefined {
    return this.offset.state === 'ready' ? readyValue(this.kallsyms) : undefined;
  }

  /** Where a symbol of the file is while the kernel runs; undefined where nobody knows. */
  runtimeAddress(row: number): Vaddr | undefined {
    const offset = readyValue(this.offset)?.offset;
    const symbols = readyValue(this.kernel.symbols);
    if (offset === undefined || symbols === undefined) return undefined;
    const address = symbols.address(row);
    if (!isMovedSymbol(this.kernel.elf, symbols.table, row)) return address;
    return vaddr(BigInt.asUintN(this.kernel.elf.wordSize * 8, address + offset));
  }

  /** The address in the file of what is at an address while the kernel runs; undefined where that is no code or datum of it. */
  linkAddress(address: bigint): Vaddr | undefined {
    const offset = readyValue(this.offset)?.offset;
    if (offset === undefined || offset === 0n) return undefined;
    const { elf } = this.kernel;
    const linked = BigInt.asUintN(elf.wordSize * 8, address - offset);
    return elf.addressSpace.locate(linked) === undefined ? undefined : vaddr(linked);
  }

  /** Whether ftrace lists a symbol of the file by its name; undefined without a list. */
  lists(row: number): boolean | undefined {
    const list = readyValue(this.ftrace);
    const table = readyValue(this.kernel.symbols)?.table;
    if (list === undefined || table === undefined) return undefined;
    return list.rowOfKernel(table.strings, table.nameOffset(row)) !== undefined;
  }

  /** Slots of the file whose function ftrace lists. */
  countListedSlots(): number {
    const region = readyValue(this.kernel.mcount);
    let listed = 0;
    for (let slot = 0; region !== undefined && slot < region.count; slot++) {
      const row = region.slot(slot).symbol;
      if (row !== undefined && this.lists(row) === true) listed++;
    }
    return listed;
  }

  /** A symbol of a module by its row of kallsyms. */
  moduleSymbol(row: number): ModuleSymbol | undefined {
    const kallsyms = this.modules;
    const module = kallsyms?.moduleOf(row);
    if (kallsyms === undefined || module === undefined) return undefined;
    const name = kallsyms.name(row);
    return {
      row,
      name,
      module,
      address: kallsyms.address(row),
      isFunction: isTextLetter(kallsyms.columns.letters[row] ?? 0),
      ftraceListed: readyValue(this.ftrace)?.isTraceable(name, module),
      file: kallsyms.from,
      line: kallsyms.line(row),
    };
  }

  /** The symbols of modules with a name, from kallsyms; and those that only ftrace lists. */
  modulesWith(name: string): ModuleSymbol[] {
    const kallsyms = this.modules;
    const rows = kallsyms?.byName.all(name) ?? [];
    const found = rows.flatMap((row) => this.moduleSymbol(row) ?? []);
    const list = readyValue(this.ftrace);
    const modules = new Set(found.map((symbol) => symbol.module));
    for (const row of list?.rows(name) ?? []) {
      const module = list?.moduleOf(row);
      if (list === undefined || module === undefined || modules.has(module)) continue;
      modules.add(module);
      const where = { file: list.from, line: list.line(row) };
      found.push({
        row: undefined,
        name,
        module,
        address: undefined,
        isFunction: true,
        ftraceListed: true,
        ...where,
      });
    }
    return found;
  }

  /** Everything that is known of a name. A kallsyms of another build says nothing of this kernel's addresses. */
  evidenceFor(name: string): RunningEvidence {
    const kallsyms = this.#own;
    const lines = (kallsyms?.byName.all(name) ?? []).filter((row) => kallsyms?.moduleOf(row) === undefined);
    const symbols = lines.map((row) => ({
      address: (kallsyms as Kallsyms).address(row),
      letter: (kallsyms as Kallsyms).letter(row),
      file: (kallsyms as Kallsyms).from,
      line: (kallsyms as Kallsyms).line(row),
    }));
    const list = readyValue(this.ftrace);
    const listed = (list?.rows(name) ?? []).filter((row) => list?.moduleOf(row) === undefined);
    return {
      name,
      runtimeAddress: symbols[0]?.address,
      kallsyms: symbols,
      ftraceListed: list === undefined ? undefined : listed.length > 0,
      ftrace: listed.map((row) => ({ file: (list as FtraceList).from, line: (list as FtraceList).line(row) })),
      modules: this.modulesWith(name),
    };
  }
}
