/** The overview: what is known of a kernel, as text in 80 columns or as JSON. */

import { unreadable } from '../errors.ts';
import { type JsonObject, toJson } from '../format/json.ts';
import { visibleText } from '../format/visible.ts';
import { runningFacts } from '../kernel/facts/running.ts';
import { type Fact, kernelFacts } from '../kernel/facts.ts';
import type { BrowseOptions } from './args.ts';
import { wrap } from './help.ts';
import { type CliIo, exitCode } from './io.ts';
import { openKernel, type RunningTarget } from './open-kernel.ts';

const width = 80;
const labelWidth = 20;

/**
 * Print it. A part that is damaged is a fact like the others; the first is also told on standard error.
 * @returns the exit code @throws ParseError when the file cannot be opened
 */
export async function runOverview(path: string, options: BrowseOptions & RunningTarget, io: CliIo): Promise<number> {
  const { kernel, running } = openKernel(path, options);
  try {
    const facts = [...kernelFacts(kernel), ...runningFacts(running)];
    if (options.format === 'json') {
      const head: JsonObject = { schema: 1, command: 'overview', file: path };
      await io.out(`${toJson({ ...head, facts: facts.map(factJson) })}\n`);
    } else if (options.format === 'ndjson') {
      await io.out(facts.map((fact) => `${toJson(factJson(fact))}\n`).join(''));
    } else await io.out(overviewText(path, facts));
    // Where sections cannot be read, what the file holds is not known, however sound it may be.
    const damaged =
      facts.find((fact) => fact.state === 'malformed')?.value ?? unreadable(kernel.elf.sectionTable)?.message;
    if (damaged === undefined) return exitCode.ok;
    io.err(`kinspect: ${visibleText(path)}: ${visibleText(damaged)}\n`);
    return exitCode.unreadable;
  } finally {
    kernel.close();
  }
}

const factJson = (fact: Fact): JsonObject => ({
  id: fact.id,
  state: fact.state,
  value: fact.value,
  where: fact.where,
  data: fact.data ?? null,
});

/** The facts as lines: label, value, and below it in brackets where it was read. */
function overviewText(path: string, facts: readonly Fact[]): string {
  const lines = [visibleText(path), ''];
  for (const { label, state, value, where } of facts) {
    const said = state === 'ready' ? value : `${state}: ${value}`;
    const shown = wrap(visibleText(said), width - labelWidth);
    if (where !== '') shown.push(...wrap(`[${visibleText(where)}]`, width - labelWidth));
    shown.forEach((line, i) => {
      lines.push(`${(i === 0 ? label : '').padEnd(labelWidth)}${line}`);
    });
  }
  return `${lines.join('\n')}\n`;
}
