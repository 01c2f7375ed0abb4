/**
 * `kinspect compare` on real kernels, beside what bpftool prints of each: FUNC names and prototypes from its raw dump,
 * put together again here in a few lines that know nothing of the program's C printer.
 *
 * scripts/fetch-kernels.sh NAME... fetches kernels to KINSPECT_CORPUS, by default ~/.cache/kinspect/corpus.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { cli } from '../cli/collect.ts';

const corpus = process.env.KINSPECT_CORPUS ?? join(homedir(), '.cache/kinspect/corpus');
const kernelPath = (name: string) => join(corpus, name, 'vmlinux');

function need(context: TestContext, ...names: readonly string[]): void {
  for (const name of names) {
    if (!existsSync(kernelPath(name))) {
      context.skip(`there is no ${kernelPath(name)}: scripts/fetch-kernels.sh ${name}`);
    }
  }
  try {
    execFileSync('bpftool', ['version'], { stdio: 'ignore' });
  } catch {
    context.skip('there is no bpftool');
  }
}

/** What bpftool says of one kernel: for each FUNC name, its prototypes with and without the parameters' names. */
function bpftoolRecords(name: string): ReadonlyMap<string, readonly { types: string; full: string }[]> {
  const argv = ['btf', 'dump', 'file', kernelPath(name), 'format', 'raw'];
  const lines = execFileSync('bpftool', argv, { maxBuffer: 2 ** 30, encoding: 'latin1' }).split('\n');
  interface Record {
    readonly head: string;
    readonly entries: string[];
  }
  const byId = new Map<number, Record>();
  let last: Record | undefined;
  for (const line of lines) {
    const id = /^\[(\d+)\] (.*)$/.exec(line);
    if (id === null) last?.entries.push(line.trim());
    else {
      last = { head: id[2] as string, entries: [] };
      byId.set(Number(id[1]), last);
    }
  }
  const field = (head: string, key: string) => Number(new RegExp(`\\b${key}=(\\d+)`).exec(head)?.[1]);
  const described = new Map<string, string>();
  // A type as words from the outside in: PTR CONST INT char. Qualifiers in one order and once, as C has them.
  const describe = (id: number, names: boolean): string => {
    const key = `${id} ${names}`;
    const known = described.get(key);
    if (known !== undefined) return known;
    const text = describeNew(id, names);
    described.set(key, text);
    return text;
  };
  const describeNew = (id: number, names: boolean): string => {
    if (id === 0) return 'void';
    const { head, entries } = byId.get(id) as Record;
    const [, kind, name] = /^(\w+) '(.*?)'/.exec(head) as unknown as [string, string, string];
    switch (kind) {
      case 'CONST':
      case 'VOLATILE':
      case 'RESTRICT': {
        const inner = describe(field(head, 'type_id'), names);
        if (inner.startsWith('ARRAY'))
          return inner.replace(/^(ARRAY\[\d+\] )/, `$1${kind} `).replace(`${kind} ${kind}`, kind);
        const words = inner.split(' ');
        const qualifiers: string[] = [kind];
        while (['CONST', 'VOLATILE', 'RESTRICT'].includes(words[0] ?? '')) qualifiers.push(words.shift() as string);
        return [...new Set(qualifiers)].sort().concat(words).join(' ');
      }
      case 'PTR':
        return `PTR ${describe(field(head, 'type_id'), names)}`;
      case 'ARRAY':
        return `ARRAY[${field(head, 'nr_elems')}] ${describe(field(head, 'type_id'), names)}`;
      case 'FWD':
        return `${head.includes('fwd_kind=union') ? 'UNION' : 'STRUCT'} ${name}`;
      case 'ENUM64':
        return `ENUM ${name}`;
      case 'FUNC_PROTO': {
        const parameters = entries.map((entry) => {
          const [, parameter, type] = /^'(.*?)' type_id=(\d+)/.exec(entry) as unknown as [string, string, string];
          const isAnonymous = parameter === '(anon)';
          return `${describe(Number(type), names)}${names && !isAnonymous ? ` ${parameter}` : ''}`;
        });
        return `FUNC_PROTO ${describe(field(head, 'ret_type_id'), names)}(${parameters.join(', ')})`;
      }
      case 'INT':
      case 'FLOAT':
      case 'TYPEDEF':
        return `NAMED ${name}`;
      default:
        return `${kind} ${name}`;
    }
  };
  const records = new Map<string, { types: string; full: string }[]>();
  for (const { head } of byId.values()) {
    const func = /^FUNC '(.*?)' type_id=(\d+)/.exec(head);
    if (func === null) continue;
    const [name, proto] = [func[1] as string, Number(func[2])];
    const record = { types: describe(proto, false), full: describe(proto, true) };
    records.set(name, [...(records.get(name) ?? []), record]);
  }
  return records;
}

const known = new Map<string, ReturnType<typeof bpftoolRecords>>();
function recordsOf(name: string): ReturnType<typeof bpftoolRecords> {
  const records = known.get(name) ?? bpftoolRecords(name);
  known.set(name, records);
  return records;
}

const bag = (texts: readonly string[]) => [...texts].sort().join('\n');
const set = (texts: readonly string[]) => bag([...new Set(texts)]);

/** The change of a name as the two raw dumps have it. */
function changeByBpftool(before: string, after: string, name: string): string {
  const [old, young] = [recordsOf(before).get(name) ?? [], recordsOf(after).get(name) ?? []];
  const texts = (of: 'types' | 'full') => [old.map((one) => one[of]), young.map((one) => one[of])] as const;
  if (old.length === 0) return 'gained';
  if (young.length === 0) return 'lost';
  const [typesOld, typesYoung] = texts('types');
  const [fullOld, fullYoung] = texts('full');
  if (set(typesOld) !== set(typesYoung)) return 'changed';
  if (set(fullOld) !== set(fullYoung)) return 'renamed';
  return bag(fullOld) === bag(fullYoung) ? 'same' : 'repeated';
}

describe.each([
  ['arm64-5.10', 'arm64-6.1'],
  ['arm64-6.1', 'arm64-6.12'],
  ['arm64-5.10', 'amd64-5.10'],
])('%s beside %s', (before, after) => {
  it('every name changes as bpftool has it', async (context) => {
    need(context, before, after);
    const { out, code } = await cli(['compare', kernelPath(before), kernelPath(after), '--format', 'json']);
    const { totals, rows } = JSON.parse(out) as {
      totals: Record<string, number>;
      rows: { function: string; change: string }[];
    };
    const told = new Map(rows.map((row) => [row.function, row.change]));
    const names = new Set([...recordsOf(before).keys(), ...recordsOf(after).keys()]);
    const counts: Record<string, number> = { gained: 0, lost: 0, changed: 0, renamed: 0, repeated: 0, same: 0 };
    const wrong: string[] = [];
    for (const name of names) {
      const change = changeByBpftool(before, after, name);
      counts[change] = (counts[change] ?? 0) + 1;
      if ((told.get(name) ?? 'same') !== change) wrong.push(`${name}: ${told.get(name) ?? 'same'}, not ${change}`);
    }
    expect(wrong).toEqual([]);
    expect(totals).toEqual(counts);
    expect(rows.length).toBe(names.size - (counts.same ?? 0));
    expect(code).toBe(1);
  }, 300_000);
});

describe('tty_write', () => {
  const versions = ['arm64-5.10', 'arm64-6.1', 'arm64-6.12'] as const;
  it.for([
    [versions[0], versions[1], 'gained'],
    [versions[0], versions[2], 'gained'],
    [versions[1], versions[2], 'same'],
  ] as const)('%s to %s: %s', async ([before, after, change], context) => {
    need(context, before, after);
    const paths = [kernelPath(before), kernelPath(after)];
    const { out, code } = await cli(['compare', ...paths, 'tty_write', '--format', 'ndjson']);
    const row = JSON.parse(out);
    expect(row.change).toBe(change);
    expect(code).toBe(change === 'same' ? 0 : 1);
    const c = 'ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)';
    const records = (side: { records: { c: string }[] }) => side.records.map((record) => record.c);
    expect(records(row.after)).toEqual([c]);
    expect(records(row.before)).toEqual(before === 'arm64-5.10' ? [] : [c]);
    if (before !== 'arm64-5.10') return;
    expect(row.before).toMatchObject({
      absence: 'static-traceable',
      symbols: [{ address: '0xffff800010747510', binding: 'static', slot: 23650, slotRaw: '0x0' }],
      verdict: { verdict: 'not-external', line: 750, cu: 'drivers/tty/tty_io.c' },
    });
  });
});
