/**
 * Where a breakpoint can be put, as gdb is told:
 *
 *   171   btf_encoder.c:171      a line of pahole; one without a statement means the next that has one
 *   setup_functions              a function of pahole: its first line
 *   tty_write                    a function of the kernel: line 722, when the loop is at an entry of that name
 *   tty_io.c:tty_write           the same in the units whose name ends so
 */
import { unitName, unitOfEntry } from '../../dwarf/function-entries.ts';
import { type PaholeFunctionName, paholeFunctions, paholeLine, paholeLines } from '../lines.ts';
import { Complaint } from './complaint.ts';
import { sourceFile } from './frames.ts';
import { entryNamed } from './names.ts';
import type { Location } from './state.ts';
import type { Place } from './track.ts';
import type { World } from './worlds.ts';

/** The line of cu__encode_btf at which the loop takes an entry. */
const entryLine = 722;

/** The lines that have a statement, ascending. */
export const statementLines: readonly number[] = paholeLines.map(({ line }) => line).sort((a, b) => a - b);

const isPaholeFunction = (name: string): name is PaholeFunctionName => Object.hasOwn(paholeFunctions, name);

/**
 * @param here the line that "here" and offsets are counted from; 0 without a process
 * @throws Complaint in gdb's words
 */
export function parseLocation(world: World, text: string, here: number): Location {
  const bare = text.trim();
  if (bare === '') {
    if (here === 0) throw new Complaint('No default breakpoint address now.');
    return { kind: 'line', line: here };
  }
  const inFile = /^(.+):([^:]+)$/.exec(bare);
  const [file, spot] = inFile === null ? [undefined, bare] : [inFile[1] ?? '', (inFile[2] ?? '').trim()];
  const isSource = file === undefined || file === sourceFile || file.endsWith(`/${sourceFile}`);
  if (/^[+-]?\d+$/.test(spot)) {
    if (!isSource) throw new Complaint(`No source file named ${file}.`, true);
    return lineLocation(/^[+-]/.test(spot) ? here + Number(spot) : Number(spot), file);
  }
  if (isSource && isPaholeFunction(spot)) return { kind: 'line', line: firstLine(spot) };
  const location: Location = { kind: 'entry', name: latin1(spot), unit: isSource ? undefined : latin1(file ?? '') };
  if (countEntries(world, location) > 0) return location;
  if (!isSource && !hasUnit(world, latin1(file ?? ''))) throw new Complaint(`No source file named ${file}.`, true);
  throw new Complaint(`Function "${spot}" not defined${isSource ? '' : ` in "${file}"`}.`, true);
}

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function lineLocation(number: number, file: string | undefined): Location {
  const line = statementLines.find((row) => row >= number);
  if (line !== undefined && number > 0) return { kind: 'line', line };
  const where = file === undefined ? 'the current file' : `file "${file}"`;
  throw new Complaint(`No line ${number} in ${where}.`, true);
}

const firstLine = (name: PaholeFunctionName): number => paholeFunctions[name].line;

/** What a stop at a location asks of a place; undefined for every place at its line. */
export function locationTest(world: World, location: Location): ((place: Place) => boolean) | undefined {
  if (location.kind === 'line') return undefined;
  const named = entryNamed(world.replay.entries, location.name);
  const { unit } = location;
  if (unit === undefined) return ({ entry }) => named(entry);
  return (place) => named(place.entry) && isUnit(world, place.unit, unit);
}

export const linesOf = (location: Location): readonly number[] =>
  location.kind === 'line' ? [location.line] : [entryLine];

/** Entries of a location, in their order. */
export function entriesOf(world: World, location: Extract<Location, { kind: 'entry' }>): number[] {
  const { entries } = world.replay;
  const named = entryNamed(world.replay.entries, location.name);
  const found: number[] = [];
  for (let entry = 0; entry < entries.count; entry++) if (named(entry)) found.push(entry);
  const { unit } = location;
  return unit === undefined ? found : found.filter((entry) => isUnit(world, unitOfEntry(entries, entry), unit));
}

function countEntries(world: World, location: Location): number {
  return location.kind === 'entry' ? entriesOf(world, location).length : 0;
}

/** Whether a unit's name is `tail`, or ends with it at a slash. */
function isUnit({ replay }: World, unit: number, tail: string): boolean {
  const name = unitName(replay.entries, unit) ?? '';
  return name === tail || name.endsWith(`/${tail}`);
}

function hasUnit(world: World, tail: string): boolean {
  const { count } = world.replay.entries.units;
  for (let unit = 0; unit < count; unit++) if (isUnit(world, unit, tail)) return true;
  return false;
}

/** "file btf_encoder.c, line 171." and what else there is to say. */
export function describeLocation(world: World, location: Location): string {
  if (location.kind === 'line') return `file ${sourceFile}, line ${location.line}.`;
  const count = countEntries(world, location);
  const name = location.unit === undefined ? location.name : `${location.unit}:${location.name}`;
  return count === 1 ? `file ${sourceFile}, line ${entryLine}, entry ${name}.` : `${name}. (${count} locations)`;
}

/** What `info breakpoints` says it is. */
export function whatLocation(location: Location): string {
  const line = location.kind === 'line' ? location.line : entryLine;
  const where = `in ${paholeLine(line)?.function ?? ''} at ${sourceFile}:${line}`;
  if (location.kind === 'line') return where;
  return `${where}, entry ${location.unit === undefined ? '' : `${location.unit}:`}${location.name}`;
}
