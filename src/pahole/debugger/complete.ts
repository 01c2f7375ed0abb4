/** What Tab makes of a line: the whole lines that it could become, as gdb's `complete` lists them. */
import { unitName } from '../../dwarf/function-entries.ts';
import { nameRef } from '../../dwarf/refs.ts';
import { encoderVersions } from '../encoders.ts';
import { paholeFunctions } from '../lines.ts';
import { verdicts } from '../verdict.ts';
import type { Completes } from './commands/command.ts';
import { infoTopics } from './commands/support.ts';
import { commands } from './commands/table.ts';
import { members } from './expression/structs.ts';
import { variableAt, variables } from './expression/variables.ts';
import { startingWith } from './look-up.ts';
import { selectedPlace, situationOf } from './situation.ts';
import type { DebuggerState } from './state.ts';
import type { Worlds } from './worlds.ts';

/** gdb's max-completions. */
const most = 200;

export function complete(worlds: Worlds, state: DebuggerState, text: string): readonly string[] {
  const line = text.trimStart();
  const match = /^([A-Za-z][\w-]*)(?:\/\S*)?\s+(.*)$/s.exec(line);
  if (match === null) {
    const names = commands.map(({ name }) => name).filter((name) => name.startsWith(line));
    return names.sort().slice(0, most);
  }
  const [, word = '', rest = ''] = match;
  const found = startingWith(commands, word);
  const [command] = found;
  if (command === undefined || found.length > 1) return [];
  return completeBehind(worlds, state, line.slice(0, line.length - rest.length), rest, command.completes);
}

/** @param head the line up to `rest`, which stays as it is */
function completeBehind(
  worlds: Worlds,
  state: DebuggerState,
  head: string,
  rest: string,
  completes: Completes | undefined,
): string[] {
  if (completes === 'info') {
    const match = /^(\S+)\s+(.*)$/s.exec(rest);
    if (match === null)
      return lines(
        head,
        rest,
        infoTopics.map(({ name }) => name),
      );
    const [topic] = startingWith(infoTopics, match[1] ?? '');
    const behind = match[2] ?? '';
    return completeBehind(worlds, state, head + rest.slice(0, rest.length - behind.length), behind, topic?.completes);
  }
  const condition = completes === 'location' ? /^(.*?\bif\s+)(.*)$/s.exec(rest) : null;
  if (completes === 'expression' || condition !== null) {
    const before = condition === null ? '' : (condition[1] ?? '');
    return expressionLines(worlds, state, head + before, condition === null ? rest : (condition[2] ?? ''));
  }
  return lines(head, rest, wordsFor(worlds, state, completes, rest));
}

const lines = (head: string, start: string, words: readonly string[]): string[] =>
  words
    .filter((word) => word.startsWith(start))
    .slice(0, most)
    .map((word) => head + word);

function wordsFor(
  worlds: Worlds,
  state: DebuggerState,
  completes: Completes | undefined,
  start: string,
): readonly string[] {
  switch (completes) {
    case 'verdict':
      return verdicts;
    case 'variant':
      return ['raw', 'relocated', ...encoderVersions, 'gained', 'lost'];
    case 'command':
      return commands.map(({ name }) => name).sort();
    case 'breakpoint':
      return state.breakpoints.map(({ number }) => String(number));
    case 'seek':
      return functionNames(worlds, start);
    case 'location':
      return locationNames(worlds, start);
    default:
      return [];
  }
}

function locationNames(worlds: Worlds, start: string): string[] {
  const colon = start.lastIndexOf(':');
  if (colon >= 0) {
    const unit = start.slice(0, colon + 1);
    return functionNames(worlds, start.slice(colon + 1)).map((name) => unit + name);
  }
  const own = Object.keys(paholeFunctions).filter((name) => name.startsWith(start));
  const kernel = functionNames(worlds, start);
  const file = 'btf_encoder.c:'.startsWith(start) ? ['btf_encoder.c:'] : [];
  return [...file, ...own, ...kernel, ...(kernel.length > 0 ? [] : unitNames(worlds, start))].slice(0, most);
}

const namesOf = new WeakMap<Worlds, readonly string[]>();

/** Names of entries that begin so, in order; the list of all is made once, when first asked for. */
function functionNames(worlds: Worlds, start: string): string[] {
  let names = namesOf.get(worlds);
  if (names === undefined) {
    const { entries } = worlds;
    const refs = new Set<number>(entries.name);
    const texts = new Set<string>();
    for (const ref of refs) texts.add(entries.names.text(nameRef(ref)) ?? '');
    texts.delete('');
    names = [...texts].sort();
    namesOf.set(worlds, names);
  }
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] as string) < start) low = middle + 1;
    else high = middle;
  }
  const found: string[] = [];
  for (; found.length < most && names[low]?.startsWith(start); low++) found.push(names[low] as string);
  return found;
}

/** The last parts of units' names: "tty_io.c:" */
function unitNames({ entries }: Worlds, start: string): string[] {
  const found = new Set<string>();
  for (let unit = 0; unit < entries.units.count && start !== ''; unit++) {
    const name = unitName(entries, unit) ?? '';
    const base = name.slice(name.lastIndexOf('/') + 1);
    if (base.startsWith(start)) found.add(`${base}:`);
  }
  return [...found].sort();
}

/** Variables in sight, and behind an arrow or a dot the members. */
function expressionLines(worlds: Worlds, state: DebuggerState, head: string, text: string): string[] {
  const { line } = selectedPlace(situationOf(worlds, state));
  const member = /^(.*?)(\w+)(->|\.)(\w*)$/s.exec(text);
  if (member !== null) {
    const [, before = '', name = '', arrow = '', start = ''] = member;
    const type = (variableAt(name, line) ?? variables.find((row) => row.name === name))?.type;
    if (type?.kind !== 'pointer' && type?.kind !== 'struct') return [];
    return lines(`${head}${before}${name}${arrow}`, start, Object.keys(members[type.of]));
  }
  const plain = /^(.*?)(\w*)$/s.exec(text);
  const inSight = variables.filter((row) => line === 0 || row.lines === undefined || row.lines.has(line));
  const names = [...new Set(inSight.map((row) => row.name))].sort();
  return lines(head + (plain?.[1] ?? ''), plain?.[2] ?? '', names);
}
