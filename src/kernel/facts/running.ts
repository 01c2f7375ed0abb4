/** What a running kernel adds to the facts: how far it was moved, what ftrace lists, its modules. */
import { type Availability, type ParseError, ready, readyValue } from '../../errors.ts';
import { imageStart } from '../moved-symbols.ts';
import type { RunningKernel } from '../running.ts';
import { count, type Fact, type Finding, plural } from './fact.ts';

const readers: readonly {
  readonly id: string;
  readonly label: string;
  readonly read: (running: RunningKernel) => Availability<Finding>;
}[] = [
  { id: 'running-machine', label: 'this machine', read: machine },
  { id: 'running-kernel', label: 'running kernel', read: moved },
  { id: 'running-symbols', label: 'kallsyms', read: symbols },
  { id: 'running-ftrace', label: 'ftrace list', read: ftrace },
];

/** The facts on a running kernel; none where there is none. */
export function runningFacts(running: RunningKernel | undefined): readonly Fact[] {
  if (running === undefined) return [];
  const shown = running.machine === undefined ? readers.slice(1) : readers;
  return shown.map(({ id, label, read }) => {
    const part = read(running);
    if (part.state !== 'ready') return { id, label, value: part.reason, where: '', state: part.state };
    return { id, label, state: 'ready', ...part.value };
  });
}

function machine({ sameMachine }: RunningKernel): Availability<Finding> {
  if (sameMachine.state !== 'ready') return sameMachine;
  const { release, architecture, image, buildId, notes } = sameMachine.value;
  return ready({
    value: [`Linux ${release} on ${architecture}, ${image}`, ...notes].join('; '),
    where: 'uname, /sys/kernel/notes, the usual places of a vmlinux',
    data: { release, architecture, buildId: buildId ?? null, notes: [...notes] },
  });
}

function moved(running: RunningKernel): Availability<Finding> {
  if (running.offset.state !== 'ready') return running.offset;
  if (running.kallsyms.state !== 'ready') return running.kallsyms;
  const { offset, common, agree, anchor } = running.offset.value;
  const { from } = running.kallsyms.value;
  const distance = `${offset < 0n ? '-' : ''}0x${(offset < 0n ? -offset : offset).toString(16)}`;
  const isStandIn = running.kernel.symbolsAreOfKallsyms;
  if (running.kernel.path === from) {
    return ready({
      value: 'the file is its list of symbols: addresses are those at run time',
      where: from,
      data: { offset: '0x0', common: null, agree: null, anchor: anchor ?? null },
    });
  }
  if (isStandIn && imageStart(running.kernel.elf) === 0n) {
    const start = `0x${BigInt.asUintN(64, offset).toString(16)}`;
    return ready({
      value: `begins at ${start}: the file has no addresses of its own, they are counted from its start`,
      where: `${from}, _text`,
      data: { offset: start, common: null, agree: null, anchor: '_text' },
    });
  }
  const words = offset === 0n ? 'at its link address' : `moved by ${distance} (KASLR)`;
  const tail = anchor === undefined ? '' : `, ${anchor} among them`;
  const agreeing = `${count(agree)} of ${plural(common, 'text symbol')} in both agree${tail}`;
  return ready({
    value: `${words}: ${isStandIn ? 'the file has no symbols, and begins at _text' : agreeing}`,
    where: isStandIn ? `${from}, the address of the first code` : `${from}, .symtab`,
    data: isStandIn
      ? { offset: distance, common: null, agree: null, anchor: '_text' }
      : { offset: distance, common, agree, anchor: anchor ?? null },
  });
}

function symbols(running: RunningKernel): Availability<Finding> {
  if (running.kallsyms.state !== 'ready') return running.kallsyms;
  const kallsyms = running.kallsyms.value;
  const ofModules = kallsyms.moduleRows.length;
  const modules = kallsyms.columns.moduleNames.length - 1;
  const tail =
    modules === 0 ? 'none of them of a module' : `${count(ofModules)} of them of ${plural(modules, 'module')}`;
  return ready({
    value: `${plural(kallsyms.count, 'symbol')}, ${tail}${damageOf(kallsyms)}`,
    where: kallsyms.from,
    data: { symbols: kallsyms.count, moduleSymbols: ofModules, modules },
  });
}

function ftrace(running: RunningKernel): Availability<Finding> {
  if (running.ftrace.state !== 'ready') return running.ftrace;
  const list = running.ftrace.value;
  const own = list.count - list.ofModules - list.invalid;
  const withSlot = running.countListedSlots();
  const region = readyValue(running.kernel.mcount);
  const parts = [`${plural(own, 'function')} of the kernel (${plural(list.distinct, 'name')})`];
  if (region !== undefined) parts.push(`${count(withSlot)} of the ${plural(region.count, 'slot')} here are of them`);
  parts.push(`${count(list.ofModules)} of ${plural(list.modules.length, 'module')}`);
  if (list.invalid > 0) parts.push(`${count(list.invalid)} of weak functions that lost`);
  return ready({
    value: `${parts.join('; ')}${damageOf(list)}`,
    where: list.from,
    data: {
      functions: own,
      names: list.distinct,
      slots: region === undefined ? null : withSlot,
      moduleFunctions: list.ofModules,
      modules: list.modules.length,
      invalid: list.invalid,
    },
  });
}

const damageOf = ({ damage }: { readonly damage: ParseError | undefined }): string =>
  damage === undefined ? '' : `; ${damage.message}`;
