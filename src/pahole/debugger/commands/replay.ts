/** What a replay can do and a process cannot: jump to a verdict, a unit or a share of the run, and ask what if. */

import { printableBytes } from '../../../bytes/printable.ts';
import { entryName, unitName, unitOfEntry } from '../../../dwarf/function-entries.ts';
import { encoderVersion } from '../../encoders.ts';
import { isVerdict, verdictByte, verdictFacts, verdicts } from '../../verdict.ts';
import { Complaint } from '../complaint.ts';
import { regularExpression } from '../expression/calls.ts';
import { describeFrame, describeLine } from '../frames.ts';
import { entriesOf, parseLocation } from '../locations.ts';
import { displays, endLines } from '../report.ts';
import { decidingMark, isSkip, markOfShare, nextEntry, sameMoment, standAt, unitMark } from '../seek.ts';
import { type Outcome, type Situation, say, selectedPlace, situationOf } from '../situation.ts';
import { asItWas, sameVariant, type Variant, type World } from '../worlds.ts';
import type { Command } from './command.ts';

/** Stand at a mark and say where that is. */
function arrive(situation: Situation, mark: number, ...said: readonly string[]): Outcome {
  const { worlds, world } = situation;
  const state = standAt(situation.state, world, mark);
  if (state.phase === 'ended') return { state, reply: [...endLines(world), ...said] };
  const place = world.track.placeAt(mark);
  const shown = displays(situationOf(worlds, state));
  return { state, reply: [describeFrame(world, place), describeLine(place.line), ...said, ...shown] };
}

/** "tty_write in drivers/tty/tty_io.c: not-external, the list is empty, so …" */
export function verdictSentence({ replay }: World, entry: number): string {
  const { entries } = replay;
  const name = printableBytes(entryName(entries, entry) ?? '<unnamed>');
  const unit = printableBytes(unitName(entries, unitOfEntry(entries, entry)) ?? '<unnamed>');
  const verdict = replay.verdict(entry);
  if (verdict === undefined) return `${name} in ${unit}: the run ends before it`;
  return `${name} in ${unit}: ${verdict} at line ${replay.line(entry)}: ${verdictFacts[verdict].reason}`;
}

const toVerdict =
  (direction: 1 | -1, accept: (text: string) => (verdict: number) => boolean): Command['run'] =>
  (situation, text) => {
    const entry = nextEntry(situation, direction, accept(text));
    const mark = entry === undefined ? undefined : decidingMark(situation.world, entry);
    if (entry === undefined || mark === undefined) {
      throw new Complaint(`There is none ${direction > 0 ? 'after' : 'before'} this one.`);
    }
    return arrive(situation, mark, verdictSentence(situation.world, entry));
  };

function namedVerdict(text: string): (verdict: number) => boolean {
  const names = verdicts.filter((name) => name.startsWith(text));
  const [name] = isVerdict(text) ? [text] : names;
  if (text === '' || name === undefined || (names.length > 1 && !isVerdict(text))) {
    throw new Complaint(`One verdict is needed: ${verdicts.join(', ')}.`);
  }
  return (verdict) => verdict === verdictByte[name];
}

const toUnit =
  (direction: 1 | -1): Command['run'] =>
  (situation) => {
    const mark = unitMark(situation, direction);
    if (mark === undefined) throw new Complaint(`There is no unit ${direction > 0 ? 'after' : 'before'} this one.`);
    const { unit } = situation.world.track.placeAt(mark);
    return arrive(situation, mark, printableBytes(unitName(situation.world.replay.entries, unit) ?? '<unnamed>'));
  };

function seek(situation: Situation, text: string): Outcome {
  const { world } = situation;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (percent !== null) return arrive(situation, markOfShare(world, Number(percent[1]) / 100));
  if (text === '') throw new Complaint('Argument required (a percentage, the number of an entry, or a function).');
  const { count } = world.replay.entries;
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number < 1 || number > count) throw new Complaint(`There are entries 1 to ${count}.`);
    return toEntry(situation, number - 1);
  }
  const location = parseLocation(world, text, selectedPlace(situation).line);
  if (location.kind === 'line') throw new Complaint('advance and tbreak go to a line; seek goes to an entry.');
  const found = entriesOf(world, location);
  const entry = bestEntry(world, found);
  const others = found.length > 1 ? [`${found.length} entries have this name: ${numbersOf(found)}.`] : [];
  return toEntry(situation, entry, ...others);
}

/** Numbers that are listed before three dots stand for the rest. */
const mostNumbers = 8;

function numbersOf(entries: readonly number[]): string {
  const numbers = entries.slice(0, mostNumbers).map((entry) => entry + 1);
  return `${numbers.join(', ')}${entries.length > mostNumbers ? ', …' : ''}`;
}

/** Of several entries of a name the one that says most: the one with the record, else one that was refused for itself. */
export function bestEntry({ replay }: World, entries: readonly number[]): number {
  const find = (...bytes: readonly number[]): number | undefined =>
    entries.find((entry) => bytes.includes(replay.verdicts[entry] as number));
  const { encoded, declaration, 'already-generated': again, ...telling } = verdictByte;
  return find(encoded) ?? find(...Object.values(telling)) ?? find(again) ?? find(declaration) ?? entries[0] ?? 0;
}

function toEntry(situation: Situation, entry: number, ...said: readonly string[]): Outcome {
  const mark = situation.world.timeline.markOfEntry(entry);
  if (mark === undefined) throw new Complaint('The run ends before this entry.');
  return arrive(situation, mark, verdictSentence(situation.world, entry), ...said);
}

export function histogram(situation: Situation): Outcome {
  const { replay } = situation.world;
  const all = Math.max(1, replay.entries.count);
  const most = Math.max(1, ...verdicts.map((verdict) => replay.count(verdict)));
  const rows = verdicts.map((verdict) => {
    const count = replay.count(verdict);
    const share = ((count / all) * 100).toFixed(1).padStart(5);
    const bar = '#'.repeat(Math.ceil((count / most) * 40));
    return `${verdict.padEnd(18)} ${String(count).padStart(8)} ${share}%  ${bar}`.trimEnd();
  });
  const undecided = replay.entries.count - verdicts.reduce((sum, verdict) => sum + replay.count(verdict), 0);
  const rest = undecided === 0 ? [] : [`${'not reached'.padEnd(18)} ${String(undecided).padStart(8)}`];
  return say(situation, ...rows, ...rest);
}

/** "raw" and "relocated", a version, or both. */
function variantOf(text: string, now: Variant): Variant {
  let variant = now;
  for (const word of text.split(/\s+/)) {
    const version = encoderVersion(word);
    if (word === 'raw' || word === 'relocated') variant = { ...variant, bytes: word };
    else if (version !== undefined) variant = { ...variant, version };
    else
      throw new Complaint(`what-if takes raw, relocated, a version from 1.19 to 1.22, gained or lost: not "${word}".`);
  }
  return variant;
}

const describe = ({ bytes, version }: Variant): string => `region ${bytes}, pahole ${version}`;

/** What is held against what really ran: the variant at hand, or the relocated region where that is what ran. */
const hypothetical = (variant: Variant): Variant =>
  sameVariant(variant, asItWas) ? { ...asItWas, bytes: 'relocated' } : variant;

function whatIf(situation: Situation, text: string): Outcome {
  const { worlds, state } = situation;
  const names = /^(gained|lost)\b\s*(.*)$/.exec(text);
  if (names !== null) return listNames(situation, names[1] === 'gained' ? 'gained' : 'lost', names[2] ?? '');
  if (text === '') return say(situation, ...comparison(situation));
  const variant = variantOf(text, state.variant);
  const moved = enterVariant(situation, variant);
  return { state: moved, reply: comparison(situationOf(worlds, moved)) };
}

/** The same moment in another replay. */
function enterVariant({ worlds, world, state }: Situation, variant: Variant): Situation['state'] {
  if (sameVariant(variant, state.variant)) return state;
  const next = { ...state, variant };
  if (state.phase === 'ready') return next;
  const to = worlds.world(variant);
  return standAt(next, to, sameMoment(world, to, state.mark));
}

/** Names that are shown before three dots stand for the rest. */
const mostNames = 6;

function comparison({ worlds, state }: Situation): string[] {
  const after = hypothetical(state.variant);
  const { gained, lost } = worlds.difference(asItWas, after);
  const line = (variant: Variant): string => {
    const { table, records } = worlds.world(variant).replay;
    return `${describe(variant)}: functions_cnt ${table.functions_cnt}, ${records} FUNC`;
  };
  const some = (names: readonly string[]): string => {
    if (names.length === 0) return '0';
    const shown = names.slice(0, mostNames).map(printableBytes).join(', ');
    return `${names.length}: ${shown}${names.length > mostNames ? ', …' : ''}`;
  };
  return [line(asItWas), line(after), `gained ${some(gained)}`, `lost ${some(lost)}`];
}

function listNames({ worlds, state }: Situation, which: 'gained' | 'lost', pattern: string): Outcome {
  const after = hypothetical(state.variant);
  const regex = regularExpression(pattern);
  const names = worlds.difference(asItWas, after)[which].filter((name) => regex.test(name));
  return { state, reply: [`${which} with ${describe(after)}: ${names.length}`, ...names.map(printableBytes)] };
}

export function infoVerdict(situation: Situation, text: string): Outcome {
  const { world, state } = situation;
  if (text === '') {
    const entry = state.phase === 'stopped' ? world.track.placeAt(state.mark).entry : -1;
    if (entry < 0) throw new Complaint('No entry here; info verdict NAME asks about a function.');
    return say(situation, verdictSentence(world, entry));
  }
  const location = parseLocation(world, text, 0);
  if (location.kind === 'line') throw new Complaint(`${text} is no function of the kernel.`);
  const lines = entriesOf(world, location).map((entry) => `${entry + 1}:\t${verdictSentence(world, entry)}`);
  return say(situation, ...lines);
}

const command = (
  name: string,
  aliases: readonly string[],
  usage: string,
  help: string,
  run: Command['run'],
  more: Partial<Command> = {},
): Command => ({ name, aliases, group: 'Replay', usage, help, repeats: 'again', run, ...more });

export const replayCommands: readonly Command[] = [
  command(
    'next-skip',
    [],
    '',
    'to the next entry that gets no record',
    toVerdict(1, () => isSkip),
  ),
  command(
    'previous-skip',
    [],
    '',
    'to the one before',
    toVerdict(-1, () => isSkip),
  ),
  command('next-verdict', [], 'VERDICT', 'to the next entry that ends so', toVerdict(1, namedVerdict), {
    completes: 'verdict',
  }),
  command('previous-verdict', [], 'VERDICT', 'to the one before', toVerdict(-1, namedVerdict), {
    completes: 'verdict',
  }),
  command('next-unit', [], '', 'to the next compile unit', toUnit(1)),
  command('previous-unit', [], '', 'to the one before', toUnit(-1)),
  command('seek', [], 'PERCENT% | N | FUNCTION', 'to a share of the run, an entry by its number, or a function', seek, {
    completes: 'seek',
    repeats: 'no',
  }),
  command('histogram', [], '', 'entries by verdict', histogram, { repeats: 'no' }),
  command(
    'what-if',
    [],
    '[raw | relocated | VERSION | gained [REGEX] | lost [REGEX]]',
    'replay with other bytes of the region, or another pahole; the records that makes',
    whatIf,
    { completes: 'variant', repeats: 'no' },
  ),
];
