/** What the running kernel says of a function, as facts beside those of its file: kallsyms, ftrace's list, its modules. */
import type { RunningEvidence, RunningKernel } from '../kernel/running.ts';
import type { Classifier } from './classify.ts';
import { absent, type Subject, type WhyFact } from './why-facts.ts';
import { commas, plural } from './words.ts';

/** Modules that are named one by one. */
const mostModules = 4;

export function runningFacts({ evidence }: Classifier, subject: Subject): WhyFact[] {
  const { running } = evidence;
  if (running === undefined) return [];
  const found = running.evidenceFor(subject.name);
  return [addressFact(running, found, subject), ftraceFact(running, found), moduleFact(found)].filter(
    (fact) => fact !== undefined,
  );
}

function addressFact(running: RunningKernel, found: RunningEvidence, { name, row }: Subject): WhyFact | undefined {
  const head = { id: 'kallsyms', label: 'kallsyms' } as const;
  const { offset } = running;
  if (offset.state === 'absent') return undefined;
  if (offset.state !== 'ready') return absent(head, offset);
  const [line] = found.kallsyms;
  const expected = row === undefined ? undefined : running.runtimeAddress(row);
  const here = found.kallsyms.find(({ address }) => address === expected) ?? line;
  if (here === undefined) {
    return {
      ...head,
      sign: 'no',
      value: `the running kernel has no symbol ${name}`,
      where: '',
      data: { address: null },
    };
  }
  const moved = offset.value.offset === 0n ? 'not moved by KASLR' : `moved by KASLR, ${signed(offset.value.offset)}`;
  return {
    ...head,
    sign: 'yes',
    value: `${here.address.toString(16)} ${here.letter} ${name} while it runs (${moved})`,
    where: `${here.file} line ${commas(here.line)}`,
    data: { address: here.address, letter: here.letter, line: here.line, kaslrOffset: offset.value.offset },
  };
}

const signed = (value: bigint): string => (value < 0n ? `-${(-value).toString(16)}` : `+${value.toString(16)}`);

function ftraceFact(running: RunningKernel, { name, ftraceListed, ftrace }: RunningEvidence): WhyFact | undefined {
  const head = { id: 'ftrace', label: 'ftrace' } as const;
  const list = running.ftrace;
  if (list.state === 'absent') return undefined;
  if (list.state !== 'ready') return absent(head, list);
  const [line] = ftrace;
  return {
    ...head,
    sign: ftraceListed === true ? 'yes' : 'no',
    value: ftraceListed === true ? `the running kernel can trace ${name}` : `the running kernel does not list ${name}`,
    where: line === undefined ? list.value.from : `${line.file} line ${commas(line.line)}`,
    data: { listed: ftraceListed === true, line: line?.line ?? null },
  };
}

/** The same name in modules: not this function, and easily taken for it. */
function moduleFact({ name, modules }: RunningEvidence): WhyFact | undefined {
  const [first] = modules;
  if (first === undefined) return undefined;
  const shown = modules.slice(0, mostModules).map(({ module, ftraceListed }) => {
    return `${name} [${module}]${ftraceListed === true ? ', which ftrace lists' : ''}`;
  });
  const rest = modules.length > mostModules ? `, and ${plural(modules.length - mostModules, 'more module')}` : '';
  return {
    id: 'modules',
    label: 'modules',
    sign: 'plain',
    value: `not of this file: ${shown.join('; ')}${rest}`,
    where: `${first.file} line ${commas(first.line)}`,
    data: { modules: modules.map(({ module, ftraceListed }) => ({ module, ftraceListed: ftraceListed ?? null })) },
  };
}
