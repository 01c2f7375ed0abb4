/** backtrace, frame, up, down and info frame. */
import { paholeLine } from '../../lines.ts';
import { Complaint } from '../complaint.ts';
import { describeLevel, describeLine, frameArguments, frameLine, framesAt } from '../frames.ts';
import { evaluate, type Outcome, requireStopped, type Situation, say, selectedPlace } from '../situation.ts';
import type { Command } from './command.ts';
import { shownLocals } from './data.ts';

const depthHere = ({ world, state }: Situation): number => framesAt(world, state.mark).length;

export function backtrace(situation: Situation, text: string): Outcome {
  requireStopped(situation, 'No stack.');
  const { world, state } = situation;
  const full = /\bfull\b/.test(text);
  const bare = text.replace(/-?\bfull\b/, '').trim();
  const depth = depthHere(situation);
  const limit = bare === '' ? depth : Number(evaluate(situation, bare).raw);
  const first = limit < 0 ? Math.max(0, depth + limit) : 0;
  const last = limit < 0 ? depth : Math.min(depth, limit);
  const lines: string[] = [];
  for (let level = first; level < last; level++) {
    lines.push(describeLevel(world, state.mark, level));
    if (!full) continue;
    const locals = shownLocals({ ...situation, state: { ...state, frame: level } });
    lines.push(...locals.map(({ name, value }) => `        ${name} = ${value}`));
  }
  if (last < depth) lines.push('(More stack frames follow...)');
  return say(situation, ...lines);
}

function select(situation: Situation, level: number): Outcome {
  const { world, state } = situation;
  const line = frameLine(world, state.mark, level);
  return {
    state: { ...state, frame: level, listed: undefined },
    reply: [describeLevel(world, state.mark, level), describeLine(line)],
  };
}

function frame(situation: Situation, text: string): Outcome {
  requireStopped(situation, 'No stack.');
  if (text === '') return select(situation, situation.state.frame);
  const level = Number(evaluate(situation, text.replace(/^level\s+/, '')).raw);
  if (!(level >= 0 && level < depthHere(situation))) throw new Complaint(`No frame at level ${level}.`);
  return select(situation, level);
}

function move(situation: Situation, text: string, direction: 1 | -1): Outcome {
  requireStopped(situation, 'No stack.');
  const by = (text === '' ? 1 : Number(evaluate(situation, text).raw)) * direction;
  const { frame: level } = situation.state;
  const last = depthHere(situation) - 1;
  if (by < 0 && level === 0) throw new Complaint('Bottom (innermost) frame selected; you cannot go down.');
  if (by > 0 && level === last) throw new Complaint('Initial frame selected; you cannot go up.');
  return select(situation, Math.max(0, Math.min(last, level + by)));
}

export function infoFrame(situation: Situation): Outcome {
  requireStopped(situation, 'No stack.');
  const { world, state } = situation;
  const place = selectedPlace(situation);
  const name = paholeLine(place.line)?.function ?? '';
  const caller = framesAt(world, state.mark)[state.frame + 1];
  const called = caller === undefined ? [] : [` called by ${caller.function} at btf_encoder.c:${caller.line}`];
  return say(
    situation,
    `Stack level ${state.frame}, ${name} at btf_encoder.c:${place.line}`,
    ...called,
    ' source language c.',
    ` args: ${frameArguments(world, place).join(', ')}`,
  );
}

export function infoArgs(situation: Situation): Outcome {
  requireStopped(situation, 'No frame selected.');
  const lines = frameArguments(situation.world, selectedPlace(situation)).map((text) => text.replace('=', ' = '));
  return say(situation, ...(lines.length === 0 ? ['No arguments.'] : lines));
}

const command = (
  name: string,
  aliases: readonly string[],
  usage: string,
  help: string,
  run: Command['run'],
): Command => ({ name, aliases, group: 'Stack', usage, help, repeats: 'again', run });

export const stackCommands: readonly Command[] = [
  command('backtrace', ['bt', 'where'], '[N] [full]', 'the calls that led here', backtrace),
  command('frame', ['f'], '[N]', 'select a frame', frame),
  command('up', [], '[N]', 'select the frame that called', (at, text) => move(at, text, 1)),
  command('down', ['dow'], '[N]', 'select the frame that was called', (at, text) => move(at, text, -1)),
];
