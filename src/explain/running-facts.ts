/** What a running kernel says of a function, as links of the chain: where it is, whether ftrace lists it, its namesakes. */
import type { RunningKernel } from '../kernel/running.ts';
import type { Subject, WhyFact } from './why-facts.ts';
import { commas, plural } from './words.ts';

/** Module symbols that a sentence names. */
const mostNamed = 3;

/** None without a running kernel; of its parts those that are there, and of the others why they are not. */
export function runningFacts(running: RunningKernel | undefined, { name, row }: Subject): readonly WhyFact[] {
  if (running === undefined) return [];
  return [placeFact(running, name, row), ftraceFact(running, name), modulesFact(running, name)].filter(
    (fact) => fact !== undefined,
  );
}

/** Whether ftrace can trace it is a reading of its own: the slot is what the file says, this is what came of it. */
function ftraceFact(running: RunningKernel, name: string): WhyFact | undefined {
  const { ftrace } = running;
  const head = { id: 'ftrace', label: 'ftrace list' } as const;
  // What was not given is no link of the chain.
  if (ftrace.state === 'absent') return undefined;
  if (ftrace.state !== 'ready') {
    return { ...head, sign: 'plain', value: ftrace.reason, where: '', data: { state: ftrace.state } };
  }
  const { ftraceListed, ftrace: lines } = running.evidenceFor(name);
  const [first] = lines;
  const times = lines.length > 1 ? `, ${plural(lines.length, 'time')}` : '';
  return {
    ...head,
    sign: ftraceListed === true ? 'yes' : 'no',
    value: ftraceListed === true ? `the running kernel lists it${times}` : 'the running kernel does not list it',
    where: first === undefined ? ftrace.value.from : `${first.file}, line ${commas(first.line)}`,
    data: { listed: ftraceListed ?? null, lines: lines.map(({ line }) => line) },
  };
}

function placeFact(running: RunningKernel, name: string, row: number | undefined): WhyFact | undefined {
  const { offset } = running;
  const head = { id: 'running', label: 'at run time' } as const;
  if (offset.state === 'absent') return undefined;
  if (offset.state !== 'ready') {
    return { ...head, sign: 'plain', value: offset.reason, where: '', data: { state: offset.state } };
  }
  const { kallsyms } = running.evidenceFor(name);
  // Of several functions of a name the one that is meant is where the file's own address leads.
  const address = row === undefined ? kallsyms[0]?.address : running.runtimeAddress(row);
  const line = kallsyms.find((entry) => entry.address === address);
  if (address === undefined || line === undefined) {
    const value = 'kallsyms does not have it: the running kernel discarded or renamed it';
    return { ...head, sign: 'plain', value, where: '', data: { address: null } };
  }
  return {
    ...head,
    sign: 'plain',
    value: `${address.toString(16)} (${line.letter}) while the kernel runs`,
    where: `${line.file}, line ${commas(line.line)}`,
    data: { address, letter: line.letter, line: line.line, offset: offset.value.offset },
  };
}

function modulesFact(running: RunningKernel, name: string): WhyFact | undefined {
  const { modules } = running.evidenceFor(name);
  const [first] = modules;
  if (first === undefined) return undefined;
  const shown = modules.slice(0, mostNamed).map(({ address, module }) => {
    const where = address === undefined ? '' : ` at ${address.toString(16)}`;
    return `${name} [${module}]${where}`;
  });
  const rest = modules.length > shown.length ? ` and ${commas(modules.length - shown.length)} more` : '';
  return {
    id: 'modules',
    label: 'in modules',
    sign: 'plain',
    value: `${shown.join(', ')}${rest}: not in this file`,
    where: `${first.file}, line ${commas(first.line)}`,
    data: {
      modules: modules.map(({ module, address, ftraceListed, line }) => ({
        module,
        address: address ?? null,
        ftraceListed: ftraceListed ?? null,
        line,
      })),
    },
  };
}
