/**
 * list and info on lines and functions. What is listed are kinspect's own statements, one for each line at which the
 * replay can stand; the lines of btf_encoder.c between them are not here.
 */

import { printableBytes } from '../../../bytes/printable.ts';
import { entryHas, entryName, entryParams, unitName, unitOfEntry } from '../../../dwarf/function-entries.ts';
import { nameRef } from '../../../dwarf/refs.ts';
import { paholeFunctions, paholeLine } from '../../lines.ts';
import { Complaint } from '../complaint.ts';
import { regularExpression } from '../expression/calls.ts';
import { describeLine, sourceFile } from '../frames.ts';
import { linesOf, parseLocation, statementLines } from '../locations.ts';
import { type Outcome, type Situation, say, selectedPlace } from '../situation.ts';
import type { World } from '../worlds.ts';
import type { Command } from './command.ts';

/** Statements that list shows at a time. */
const page = 10;
const lastLine = statementLines.at(-1) ?? 0;

function list(situation: Situation, text: string): Outcome {
  const { listed } = situation.state;
  const here = selectedPlace(situation).line;
  if (text === '') {
    if (listed === undefined) return show(situation, around(here === 0 ? 649 : here));
    return from(
      situation,
      statementLines.findIndex((line) => line > listed.last),
      listed.last + 1,
    );
  }
  if (text === '-') {
    const first = listed?.first ?? here;
    const end = statementLines.filter((line) => line < first).length;
    if (end === 0) throw new Complaint(`Already at the start of ${sourceFile}.`);
    return show(situation, statementLines.slice(Math.max(0, end - page), end));
  }
  const comma = text.indexOf(',');
  const lineAt = (part: string): number => {
    const bare = part.trim();
    return /^\d+$/.test(bare) ? Number(bare) : (linesOf(parseLocation(situation.world, bare, here))[0] ?? 0);
  };
  if (comma < 0) {
    const line = lineAt(text);
    if (line > lastLine) throw outOfRange(line);
    return show(situation, around(line));
  }
  const [first, last] = [text.slice(0, comma).trim(), text.slice(comma + 1).trim()];
  if (first === '') {
    const end = statementLines.filter((line) => line <= lineAt(last)).length;
    return show(situation, statementLines.slice(Math.max(0, end - page), end));
  }
  const start = lineAt(first);
  if (last === '')
    return from(
      situation,
      statementLines.findIndex((line) => line >= start),
      start,
    );
  const stop = lineAt(last);
  return show(
    situation,
    statementLines.filter((line) => line >= start && line <= stop),
  );
}

const outOfRange = (line: number): Complaint =>
  new Complaint(`Line number ${line} out of range; ${sourceFile} has ${lastLine} lines.`);

function from(situation: Situation, at: number, line: number): Outcome {
  if (at < 0) throw outOfRange(line);
  return show(situation, statementLines.slice(at, at + page));
}

/** The statements about a line, as many before it as behind it. */
function around(line: number): readonly number[] {
  const at = statementLines.filter((row) => row < line).length;
  const first = Math.max(0, Math.min(at - page / 2, statementLines.length - page));
  return statementLines.slice(first, first + page);
}

function show(situation: Situation, lines: readonly number[]): Outcome {
  const [first] = lines;
  const last = lines.at(-1);
  const listed = first === undefined || last === undefined ? situation.state.listed : { first, last };
  return { state: { ...situation.state, listed }, reply: lines.map(describeLine) };
}

export function infoSource(situation: Situation): Outcome {
  return say(
    situation,
    `Current source file is ${sourceFile}`,
    `Contains ${statementLines.length} statements, up to line ${lastLine}.`,
    'Source language is c.',
    `They are kinspect's own words for what pahole 1.20 does at these lines.`,
  );
}

export function infoLine(situation: Situation, text: string): Outcome {
  const here = selectedPlace(situation).line;
  if (text === '' && here === 0) throw new Complaint('No line number information available.');
  const bare = text.trim();
  const line = /^\d+$/.test(bare) ? Number(bare) : (linesOf(parseLocation(situation.world, bare, here))[0] ?? 0);
  if (line > lastLine) return say(situation, `Line number ${line} is out of range for "${sourceFile}".`);
  const row = paholeLine(line);
  if (row === undefined) return say(situation, `Line ${line} of "${sourceFile}" has no statement of its own here.`);
  return say(situation, `Line ${line} of "${sourceFile}" is in ${row.function}: ${row.statement}`);
}

/** Functions of pahole, then those of the kernel with their entry's number, which `seek` understands. */
export function infoFunctions(situation: Situation, text: string): Outcome {
  const regex = regularExpression(text);
  const head = text === '' ? 'All defined functions:' : `All functions matching regular expression "${text}":`;
  const own = Object.entries(paholeFunctions)
    .filter(([name]) => regex.test(name))
    .map(([name, { line }]) => `${line}:\t${name}`);
  const lines = own.length === 0 ? [] : ['', `File ${sourceFile}:`, ...own];
  const files = new Map<string, string[]>();
  for (const entry of matchingEntries(situation.world, regex)) {
    const { entries } = situation.world.replay;
    const file = printableBytes(unitName(entries, unitOfEntry(entries, entry)) ?? '');
    const rows = files.get(file);
    const row = `${entry + 1}:\t${signature(situation.world, entry)}`;
    if (rows === undefined) files.set(file, [row]);
    else rows.push(row);
  }
  for (const file of [...files.keys()].sort()) lines.push('', `File ${file}:`, ...(files.get(file) ?? []));
  return say(situation, head, ...lines);
}

/** Entries that define a function whose name matches; a name is matched once. */
function* matchingEntries({ replay }: World, regex: RegExp): Generator<number> {
  const { entries } = replay;
  const known = new Map<number, boolean>();
  for (let entry = 0; entry < entries.count; entry++) {
    const ref = entries.name[entry] as number;
    let matches = known.get(ref);
    if (matches === undefined) {
      const name = entries.names.text(nameRef(ref));
      matches = name !== undefined && regex.test(name);
      known.set(ref, matches);
    }
    if (matches && !entryHas(entries, entry, 'declaration')) yield entry;
  }
}

/** "static tty_write(file, buf, count, ppos);" */
function signature({ replay: { entries } }: World, entry: number): string {
  const names = entryParams(entries, entry).map(({ name }) => printableBytes(name ?? '<unnamed>'));
  if (entryHas(entries, entry, 'vararg')) names.push('...');
  const prefix = entryHas(entries, entry, 'external') ? '' : 'static ';
  return `${prefix}${printableBytes(entryName(entries, entry) ?? '<unnamed>')}(${names.join(', ')});`;
}

export const sourceCommands: readonly Command[] = [
  {
    name: 'list',
    aliases: ['l'],
    group: 'Source',
    usage: '[LINE | FUNCTION | FIRST,LAST | -]',
    help: 'ten statements about a line; again for the ten behind them',
    repeats: 'bare',
    completes: 'location',
    run: list,
  },
];
